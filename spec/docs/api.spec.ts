import { readFileSync } from 'node:fs';
import type ts from '@typescript/typescript6';
import { ZerobusError, type ZerobusErrorCode } from '../../lib/errors/zerobusError.ts';
import { recoverDefaults, resolveStreamOptions } from '../../lib/stream/streamOptions.ts';
import { compile, complaintsOf } from '../support/compile.ts';
import { brokenLinks, readDocuments } from '../support/documents.ts';
import { codeNames, type Section, sections, tableRows } from '../support/markdown.ts';
import { type Exported, exportsOf, unionOf } from '../support/moduleExports.ts';
import { commentExamples, documentExamples, otherPackages, signatureChecks, surroundings } from './examples.ts';

/** The declarations as published, which `npm run build` writes. */
const DECLARATIONS = 'dist/index.d.ts';
const COLUMN_DECLARATIONS = 'dist/columns.d.ts';
const GATEWAY_DECLARATIONS = 'dist/gateway.d.ts';
const OTEL_DECLARATIONS = 'dist/otel.d.ts';
const TESTING_DECLARATIONS = 'dist/testing.d.ts';
const BROWSER_DECLARATIONS = 'dist/browser.d.ts';
const allDeclarations = [
  DECLARATIONS,
  BROWSER_DECLARATIONS,
  COLUMN_DECLARATIONS,
  GATEWAY_DECLARATIONS,
  OTEL_DECLARATIONS,
  TESTING_DECLARATIONS,
];

const read = (path: string): string => readFileSync(path, 'utf8');

/** The names that a section is about: those in its heading. */
function subjects({ title }: Section): readonly string[] {
  return codeNames(title);
}

/** What has an entry of its own: everything but the column builders. */
function exportsWithEntry(program: ts.Program): ReadonlyMap<string, Exported> {
  return new Map([
    ...exportsOf(program, BROWSER_DECLARATIONS),
    ...exportsOf(program, GATEWAY_DECLARATIONS),
    ...exportsOf(program, DECLARATIONS),
    ...exportsOf(program, OTEL_DECLARATIONS),
    ...exportsOf(program, TESTING_DECLARATIONS),
  ]);
}

/** Everything that the package exports, by name, through all of its entry points. */
function exportsOfAll(program: ts.Program): ReadonlyMap<string, Exported> {
  return new Map([...exportsOf(program, COLUMN_DECLARATIONS), ...exportsWithEntry(program)]);
}

describe('docs/api.md', () => {
  const api = read('docs/api.md');
  const entries = sections(api).filter(({ level }) => level === 3);
  let program: ts.Program;
  let exported: ReadonlyMap<string, Exported>;

  const sectionOf = (name: string): Section => {
    const section = entries.find((each) => subjects(each).includes(name));
    if (section === undefined) {
      throw new Error(`docs/api.md has no entry ${name}`);
    }
    return section;
  };

  beforeAll(() => {
    program = compile(allDeclarations, []);
    exported = exportsWithEntry(program);
  }, 120_000);

  it('has an entry for each exported name, and no other', () => {
    const documented = entries.flatMap(subjects);
    expect(documented.sort()).toEqual([...exported.keys()].sort());
    expect(documented.length).toBeGreaterThan(60);
  });

  it('has a row for each column builder, and no other', () => {
    const documented = tableRows(sectionOf('ColumnBuilders').text).flatMap(([builder = '']) => codeNames(builder));
    const names = [...exportsOf(program, COLUMN_DECLARATIONS).keys()];
    expect(documented.sort()).toEqual(names.filter((name) => !exported.has(name)).sort());
    expect(documented).toHaveSize(18);
  });

  it('describes each member and option', () => {
    const missing = entries.flatMap((entry) =>
      subjects(entry).flatMap((name) =>
        (exported.get(name)?.members ?? [])
          .filter((member) => !entry.text.match(/[\w$]+/g)?.includes(member))
          .map((member) => `${name}.${member}`),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('describes no option that does not exist', () => {
    for (const { name, members, kind } of exported.values()) {
      if (kind !== 'interface' || !name.endsWith('Options')) {
        continue;
      }
      const siblings = subjects(sectionOf(name)).flatMap((each) => exported.get(each)?.members ?? []);
      const listed = tableRows(sectionOf(name).text).flatMap(([option = '']) => codeNames(option));
      const unknown = listed.filter((option) => !siblings.includes(option) && !/^(table|options)$/.test(option));
      expect(unknown).withContext(name).toEqual([]);
      expect(members.length).withContext(name).toBeGreaterThan(0);
    }
  });

  it('lists the defaults of the code', () => {
    const numbersIn = (name: string): ReadonlyMap<string, number> =>
      new Map(
        tableRows(sectionOf(name).text).flatMap(([option = '', , value = '']) => {
          const [, digits] = /^([\d,]+)/.exec(value) ?? [];
          return digits === undefined ? [] : [[codeNames(option)[0] ?? '', Number(digits.replaceAll(',', ''))]];
        }),
      );
    const numeric = (defaults: object): ReadonlyMap<string, number> =>
      new Map(Object.entries(defaults).filter(([, value]) => typeof value === 'number'));
    expect(numbersIn('StreamOptions')).toEqual(numeric(resolveStreamOptions({})));
    expect(numbersIn('RecoverOptions')).toEqual(numeric(recoverDefaults));
  });

  it('says of every error code whether it is retryable, as ZerobusError does', () => {
    const rows = tableRows(sections(api).find(({ title }) => title === 'Codes')?.text ?? '');
    const documented = rows.map(([code = '', isRetryable]) => [codeNames(code)[0] ?? '', isRetryable === 'yes']);
    const codes = unionOf(program, DECLARATIONS, 'ZerobusErrorCode') as readonly ZerobusErrorCode[];
    const actual = codes.map((code) => [code, new ZerobusError(code, '').isRetryable]);
    expect(documented.sort()).toEqual(actual.sort());
    expect(rows.map(([, isRetryable]) => isRetryable)).toEqual(rows.map(() => jasmine.stringMatching(/^(yes|no)$/)));
  });

  it('links to headings that are there', () => {
    expect(brokenLinks(readDocuments(), 'docs/api.md')).toEqual([]);
  });

  it('has the signatures of the package', () => {
    const checks = signatureChecks(api, exported);
    expect(checks.length).toBeGreaterThan(20);
    expect(complaintsOf(compile([], checks))).toEqual([]);
  }, 120_000);
});

describe('the doc comments', () => {
  it('describe everything that is exported: each name, member and parameter', () => {
    const exported = exportsOfAll(compile(allDeclarations, []));
    const missing = [...exported.values()].flatMap(({ name, undocumented }) =>
      undocumented.map((each) => (each === name ? name : `${name}: ${each}`)),
    );
    expect(missing).toEqual([]);
  }, 120_000);
});

describe('the examples of the documentation', () => {
  it('compile, in the documents and in the doc comments', () => {
    const exported = exportsOfAll(compile(allDeclarations, []));
    const examples = [
      ...documentExamples('api', read('docs/api.md')),
      ...documentExamples('readme', read('README.md')),
      ...documentExamples('gateway', read('docs/gateway.md')),
      ...documentExamples('local', read('local/README.md')),
      ...documentExamples('sources', read('docs/sources.md')),
      ...documentExamples('telemetry', read('docs/telemetry.md')),
      ...commentExamples(exported.values()),
    ];
    expect(examples.length).toBeGreaterThan(25);
    // Readers run them as they are, and Node has the syntax only from version 24 on.
    expect(examples.filter(({ text }) => text.includes('await using')).map(({ path }) => path)).toEqual([]);
    expect(complaintsOf(compile([], [surroundings, otherPackages, ...examples]))).toEqual([]);
  }, 120_000);
});
