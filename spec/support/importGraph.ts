import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from '@typescript/typescript6';

/**
 * The imports of each source file, including types. An import is a path from the root of the checkout if it is one of
 * our files, and the specifier if it is a package.
 */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Reads the imports of every TypeScript file, and of the generated code, in some folders of the checkout. */
export function readImportGraph(folders: readonly string[]): ImportGraph {
  const graph = new Map<string, readonly string[]>();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = posix.join(folder, entry.replaceAll('\\', '/'));
      if (/\.(ts|cjs)$/.test(file)) {
        graph.set(file, importsOf(file, readFileSync(join(folder, entry), 'utf8')));
      }
    }
  }
  return graph;
}

/** The imports of one file: `import`, `export from`, `import()` and `require()`. */
export function importsOf(file: string, code: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? posix.join(posix.dirname(file), fileName) : fileName,
  );
}

/** A file and everything that it imports, directly or indirectly. */
export function reachable(graph: ImportGraph, file: string): ReadonlySet<string> {
  const reached = new Set([file]);
  for (const each of reached) {
    for (const target of graph.get(each) ?? []) {
      reached.add(target);
    }
  }
  return reached;
}

/**
 * The name of a package without the path inside it: `@a/b` of `@a/b/c.js`. `undefined` for files and Node's own
 * modules.
 */
export function packageOf(target: string): string | undefined {
  return /^(?!node:)((?:@[^/]+\/)?[a-z][^/]*)/.exec(target)?.[1];
}
