import { posix } from 'node:path';
import { type ImportGraph, reachable } from './importGraph.ts';

interface Rule {
  /** What the rule is for, as the report says it. */
  readonly why: string;
  /** The files it binds. */
  readonly files: RegExp;
  /** What they must not import. */
  readonly never: RegExp;
  /** Whether it also holds for what they import through other files. Defaults to no. */
  readonly isTransitive?: boolean;
}

const client = /^((index|columns)\.ts$|(lib|operators|proto)\/)/;

/** The direction of the arrows: CONTRIBUTING.md draws them. */
const rules: readonly Rule[] = [
  {
    why: 'the core is plain state, so that it needs no rxjs',
    files: /^lib\/(wire\/|table\/|rows\/|stream\/(ledger|outbox|pressure|queue|backoff)\b)/,
    never: /^rxjs(\/|$)/,
    isTransitive: true,
  },
  { why: 'operators are the outermost layer', files: /^lib\//, never: /^operators\// },
  {
    why: 'what is under the engine does not know it',
    files: /^lib\/(errors|secrets|wire|transport|http|auth|table|rows|catalog)\//,
    never: /^lib\/(stream|sdk)\//,
  },
  { why: 'the engine does not know its faces', files: /^lib\/stream\//, never: /^lib\/sdk\// },
  {
    why: 'nothing inside imports the outside of the package',
    files: /^(lib\/(?!cli\/)|operators\/)/,
    never: /^(index|columns)\.ts$/,
  },
  {
    why: 'the client does not carry its commands',
    files: /^((index|columns)\.ts$|lib\/(?!cli\/)|operators\/|proto\/)/,
    never: /^lib\/cli\//,
  },
  { why: 'the client does not know the local server', files: client, never: /^(local\/|zerobus-local(\/|$))/ },
  {
    why: 'the local server knows no client',
    files: /^local\/lib\//,
    never: /^((index|columns)\.ts$|(lib|operators|proto)\/|rxjs-zerobus(\/|$))/,
  },
  {
    why: 'specs test the sources, not the other way round',
    files: /^((index|columns)\.ts$|(lib|operators|proto)\/|local\/lib\/)/,
    never: /^(local\/)?(spec|examples|bench)\//,
  },
];

/** Every import that points the wrong way, and every cycle of files or of folders, one a line. */
export function wrongArrows(graph: ImportGraph): readonly string[] {
  const wrong: string[] = [];
  for (const [file, imports] of graph) {
    for (const { why, files, never, isTransitive } of rules) {
      if (!files.test(file)) {
        continue;
      }
      for (const target of isTransitive ? reachable(graph, file) : imports) {
        if (never.test(target)) {
          wrong.push(`${file} -> ${target}: ${why}`);
        }
      }
    }
  }
  return [...wrong, ...cyclesIn(graph, 'a cycle'), ...cyclesIn(folderGraph(graph), 'a cycle of folders')];
}

/** Every arrow that is part of a cycle. */
function cyclesIn(graph: ImportGraph, why: string): readonly string[] {
  const wrong: string[] = [];
  for (const [from, targets] of graph) {
    for (const to of targets) {
      if (reachable(graph, to).has(from)) {
        wrong.push(`${from} -> ${to}: ${why}`);
      }
    }
  }
  return wrong;
}

/**
 * The arrows between folders, by the imports of the files right in them. A file at the root of a package is a folder of
 * its own.
 */
function folderGraph(graph: ImportGraph): ImportGraph {
  const folders = new Map<string, string[]>();
  for (const [file, imports] of graph) {
    const from = folderOf(file);
    const targets = folders.get(from) ?? [];
    targets.push(...imports.filter((target) => graph.has(target)).map(folderOf));
    folders.set(
      from,
      targets.filter((target) => target !== from),
    );
  }
  return folders;
}

function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return ['.', 'lib', 'local/lib'].includes(folder) ? file : folder;
}
