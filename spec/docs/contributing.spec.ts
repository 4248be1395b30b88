import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type ImportGraph, importsOf, readImportGraph } from '../support/importGraph.ts';
import { folderGraph } from '../support/importRules.ts';
import { codeBlocks } from '../support/markdown.ts';

const contributing = readFileSync('CONTRIBUTING.md', 'utf8');

/** The floor of each folder or file in a drawing, by its path: 0 is the top. */
function floorsOf(top: string): ReadonlyMap<string, number> {
  const drawing = codeBlocks(contributing).find(({ info }) => info === `text floors of ${top}`);
  const lines = (drawing?.code ?? '').trimEnd().split('\n');
  return new Map(lines.flatMap((line, floor) => line.split(/\s+/).map((name) => [posix.join(top, name), floor])));
}

/** The arrows that do not point to a lower floor of the drawing, and the folders that it lacks. */
function mistakesIn(floors: ReadonlyMap<string, number>, graph: ImportGraph): readonly string[] {
  return [...graph].flatMap(([from, targets]) => {
    const floor = floors.get(from);
    if (floor === undefined) {
      return from.endsWith('.ts') ? [] : [`${from} is missing`];
    }
    return targets
      .filter((target) => (floors.get(target) ?? Number.POSITIVE_INFINITY) <= floor)
      .map((target) => `${from} -> ${target}`);
  });
}

describe('CONTRIBUTING.md', () => {
  const client = folderGraph(
    new Map([
      ...['index.ts', 'browser.ts', 'columns.ts', 'gateway.ts', 'testing.ts'].map(
        (path) => [path, importsOf(path, readFileSync(path, 'utf8'))] as const,
      ),
      ...readImportGraph(['lib', 'operators']),
    ]),
  );
  const local = folderGraph(readImportGraph(['local/lib']));

  for (const [top, graph] of [
    ['.', client],
    ['local/lib', local],
  ] as const) {
    it(`draws the floors of ${top} as they are`, () => {
      const floors = floorsOf(top);
      expect(floors.size).toBeGreaterThan(10);
      expect(mistakesIn(floors, graph)).toEqual([]);
      const unknown = [...floors.keys()].filter((path) => !graph.has(path) && path !== 'proto');
      expect(unknown).toEqual([]);
    });
  }

  it('describes each folder', () => {
    const layout = codeBlocks(contributing).find(({ code }) => code.includes('index.ts     '))?.code ?? '';
    const folders = [...client.keys(), ...local.keys()]
      .filter((path) => /^(lib|operators|local\/lib)/.test(path) && !path.endsWith('.ts'))
      .map((path) => posix.basename(path.replace(/^(local\/lib\/records)\/.*$/, '$1')));
    const missing = folders.filter((folder) => !new RegExp(`^ *${folder}/ `, 'm').test(layout));
    expect(missing).toEqual([]);
    const drawn = [...layout.matchAll(/^ {2,}(\w+)\/ /gm)].map(([, folder]) => folder);
    expect(drawn.filter((folder) => folder !== 'lib' && folder !== 'page' && !folders.includes(folder ?? ''))).toEqual(
      [],
    );
  });

  it('finds arrows that point up, and folders that are not drawn', () => {
    const floors = new Map([
      ['lib/a', 0],
      ['lib/b', 1],
    ]);
    const graph = new Map([
      ['lib/a', ['lib/b']],
      ['lib/b', ['lib/a']],
      ['lib/c', ['lib/b']],
      ['lib/version.ts', []],
    ]);
    expect(mistakesIn(floors, graph)).toEqual(['lib/b -> lib/a', 'lib/c is missing']);
  });
});
