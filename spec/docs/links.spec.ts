import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { brokenLinks, reachableDocuments, readDocuments, targetOf } from '../support/documents.ts';
import { anchors, links, proseLines, tableLines } from '../support/markdown.ts';

const MAX_PROSE_COLUMNS = 100;

/** The Markdown files that a package carries beside its README.md, which npm shows with the repository's links. */
function packedDocuments(folder: string): readonly string[] {
  const manifest: { files: readonly string[] } = JSON.parse(readFileSync(posix.join(folder, 'package.json'), 'utf8'));
  return manifest.files.filter((file) => file.endsWith('.md')).map((file) => posix.join(folder, file));
}

/** Whether a row of a table has one space around each cell, and no more: `| a | b |`, `| --- | ---: |`. */
function isCompact(row: string): boolean {
  const cells = row
    .trim()
    .replaceAll(/`[^`]*`/g, 'code')
    .split(/(?<!\\)\|/)
    .slice(1, -1);
  return cells.every((cell) => /^ (\S+( \S+)* )?$/.test(cell) && !/-{4,}/.test(cell));
}

describe('the Markdown files', () => {
  const documents = readDocuments();
  const written = [...documents].filter(([path]) => !path.startsWith('bench/results/'));

  it('link to files and headings that exist', () => {
    expect(documents.size).toBeGreaterThan(10);
    for (const document of documents.keys()) {
      expect(brokenLinks(documents, document)).withContext(document).toEqual([]);
    }
  });

  it('can all be reached from README.md by links', () => {
    const reached = reachableDocuments(documents, 'README.md');
    const orphans = [...documents.keys()].filter((path) => !reached.has(path) && !path.startsWith('.github/'));
    expect(orphans).toEqual([]);
  });

  it('that are packed leave their package by absolute links', () => {
    const packed = [...packedDocuments('.'), 'README.md'];
    const packedLocal = [...packedDocuments('local'), 'local/README.md'];
    expect(packed).toContain('docs/api.md');
    const leaving = [packed, packedLocal].flatMap((files) =>
      files
        .filter((document) => document !== 'README.md')
        .flatMap((document) =>
          links(documents.get(document) ?? '')
            .filter((link) => !/^https:/.test(link.file) && !files.includes(targetOf(document, link) ?? ''))
            .map(({ file }) => `${document} -> ${file}`),
        ),
    );
    expect(leaving).toEqual([]);
  });

  it('have no mark of a merge', () => {
    for (const [document, text] of documents) {
      expect(text.match(/^(<{7}|={7}|>{7}|\|{7})( |$)/m)?.[0])
        .withContext(document)
        .toBeUndefined();
    }
  });

  it('wrap prose at 100 columns', () => {
    for (const [document, text] of written) {
      const wide = [...proseLines(text)].filter(([, line]) => line.length > MAX_PROSE_COLUMNS);
      expect(wide.map(([number]) => number))
        .withContext(document)
        .toEqual([]);
    }
  });

  it('have compact tables', () => {
    for (const [document, text] of written) {
      const padded = [...tableLines(text)].filter(([, row]) => !isCompact(row));
      expect(padded.map(([number]) => number))
        .withContext(document)
        .toEqual([]);
    }
  });
});

describe('The check of links', () => {
  const documents = new Map([
    [
      'README.md',
      '# A\n[b](docs/b.md), [itself](#a), [site](https://rxjs.dev), `[no](link.md)`\n```\n[no](link.md)\n```',
    ],
    ['docs/b.md', '## The `b`, again\n## The b again\n[a](../README.md#b) [none](c.md)\n[b](#the-b-again-1)'],
    ['docs/orphan.md', '[absolute](https://github.com/rxjs-zerobus/rxjs-zerobus/blob/main/docs/b.md#the-b)'],
  ]);

  it('finds files and headings that are missing', () => {
    const broken = (document: string): readonly string[] => brokenLinks(documents, document, () => false);
    expect(broken('README.md')).toEqual([]);
    expect(broken('docs/b.md')).toEqual(['../README.md#b', 'c.md']);
    expect(broken('docs/orphan.md')).toHaveSize(1);
  });

  it('finds documents that no link leads to', () => {
    expect([...reachableDocuments(documents, 'README.md')]).toEqual(['README.md', 'docs/b.md']);
  });

  it('forms anchors as GitHub does', () => {
    expect(anchors(documents.get('docs/b.md') ?? '')).toEqual(['the-b-again', 'the-b-again-1']);
  });

  it('knows prose from tables, headings and code', () => {
    const text = '# Title\nprose [with a link](target.md)\n| a | b |\n```\ncode\n```\nmore';
    expect([...proseLines(text)]).toEqual([
      [2, 'prose [with a link]'],
      [7, 'more'],
    ]);
    expect([...tableLines(text)]).toEqual([[3, '| a | b |']]);
  });

  it('knows compact tables from padded ones', () => {
    expect(['| a | `b  c` | |', '| --- | ---: |'].map(isCompact)).toEqual([true, true]);
    expect(['| a  | b |', '|a|', '| ----- |'].map(isCompact)).toEqual([false, false, false]);
  });
});
