import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { caseNameOf, isTitleOf, parseCases, parseCoveredCases, rowTitlesIn, titlesIn } from './conformanceTable.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

describe('docs/conformance.md', () => {
  const markdown = read('docs/conformance.md');
  const cases = parseCases(markdown);
  const specFiles = readdirSync(`${root}spec`, { recursive: true, encoding: 'utf8' })
    .map((path) => `spec/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.spec.ts') && path !== 'spec/conformance/conformanceTable.spec.ts');
  const sources = new Map(specFiles.map((path) => [path, read(path)]));
  const hasCase = (source: string, name: string): boolean =>
    [...titlesIn(source), ...rowTitlesIn(source)].some((title) => isTitleOf(title, name));

  it('lists each case once', () => {
    const applicable = cases.filter(({ files }) => files.length > 0).map(({ name }) => name);
    expect(applicable.filter((name, index) => applicable.indexOf(name) !== index)).toEqual([]);
    expect(applicable.length).toBeGreaterThan(100);
  });

  it('names, for each case, the files that have a spec of this name', () => {
    for (const { name, files } of cases) {
      if (files.length === 0) {
        continue;
      }
      const holding = specFiles.filter((path) => hasCase(sources.get(path) ?? '', name));
      expect(holding.sort())
        .withContext(name)
        .toEqual([...files].sort());
    }
  });

  it('gives the reason for each case that does not apply', () => {
    for (const { name, files, verdict } of cases) {
      const isApplicable = !verdict.startsWith('not applicable: ');
      expect(isApplicable)
        .withContext(name)
        .toBe(files.length > 0);
      if (isApplicable) {
        expect(verdict)
          .withContext(name)
          .toMatch(/^(as asked|better: .+|added: .+)$/);
      }
    }
  });

  it('lists each case that a spec is named after', () => {
    const listed = new Set(cases.filter(({ files }) => files.length > 0).map(({ name }) => name));
    for (const [path, source] of sources) {
      const isConformance = path.startsWith('spec/conformance/');
      for (const text of titlesIn(source)) {
        const name = caseNameOf(text);
        // Outside this folder, a title may begin with another name. The name of a case has at least three words.
        const mustBeListed = isConformance || /_.*_/.test(name ?? '');
        expect(mustBeListed && !(name !== undefined && listed.has(name)))
          .withContext(`${path}: ${text}`)
          .toBeFalse();
      }
    }
  });

  it('covers the cases of other suites with listed ones', () => {
    const covered = parseCoveredCases(markdown);
    expect(covered.length).toBeGreaterThan(20);
    const listed = new Set(cases.filter(({ files }) => files.length > 0).map(({ name }) => name));
    for (const { name, coveredBy } of covered) {
      for (const covering of coveredBy) {
        expect(listed.has(covering)).withContext(`${name}: ${covering}`).toBeTrue();
      }
    }
  });
});

describe('The check of docs/conformance.md', () => {
  it('reads cases with their files and verdicts', () => {
    const markdown = [
      '| Case | Specs | Verdict |',
      '| --- | --- | --- |',
      '| `a_case` | [a](../spec/a.spec.ts), [b](../spec/b.spec.ts) | as asked |',
      '| `other_case` | – | not applicable: Arrow |',
    ].join('\n');
    expect(parseCases(markdown)).toEqual([
      { name: 'a_case', files: ['spec/a.spec.ts', 'spec/b.spec.ts'], verdict: 'as asked' },
      { name: 'other_case', files: [], verdict: 'not applicable: Arrow' },
    ]);
    expect(parseCoveredCases('| `OneCase` | `a_case`, `b_case` |')).toEqual([
      { name: 'OneCase', coveredBy: ['a_case', 'b_case'] },
    ]);
  });

  it('reads titles, and the case that each is named after', () => {
    const source =
      "it('a_case: does this', () => {});\n  it(`it_is: so`, f);\n  it(\n    'flush: all', f);\n  ['row_case', 1],";
    expect(titlesIn(source).map(caseNameOf)).toEqual(['a_case', 'it_is', 'flush']);
    expect(rowTitlesIn(source)).toEqual(['row_case']);
    expect(caseNameOf('asks once')).toBeUndefined();
    expect([isTitleOf('flush_timeout: x', 'flush'), isTitleOf('flush: x', 'flush')]).toEqual([false, true]);
    expect([isTitleOf('stops: a_case', 'a_case'), isTitleOf('so (a_case)', 'a_case')]).toEqual([true, true]);
  });
});
