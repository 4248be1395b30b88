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

const client = /^(lib|operators|proto)\//;

/** Which way the arrows point: CONTRIBUTING.md draws them. */
const rules: readonly Rule[] = [
  {
    why: 'the core is plain state, so that it needs no rxjs',
    files: /^lib\/(wire\/|schema\/|stream\/(ledger|backoff)\b)/,
    never: /^rxjs(\/|$)/,
    isTransitive: true,
  },
  { why: 'operators are the outermost layer', files: /^lib\/(?!index\.ts$)/, never: /^operators\// },
  {
    why: 'what is under the engine does not know it',
    files: /^lib\/(wire|transport|auth|schema)\//,
    never: /^lib\/(stream|sdk)\//,
  },
  { why: 'the engine does not know its faces', files: /^lib\/stream\//, never: /^lib\/sdk\// },
  {
    why: 'nothing inside imports the outside of the package',
    files: /^(lib\/(?!cli\/)|operators\/)/,
    never: /^lib\/index\.ts$/,
  },
  {
    why: 'the client does not carry its commands',
    files: /^(lib\/(?!cli\/)|operators\/|proto\/)/,
    never: /^lib\/cli\//,
  },
  {
    why: 'the client does not carry its test kit',
    files: /^(lib\/(?!testing\/)|operators\/|proto\/)/,
    never: /^lib\/testing\//,
  },
  { why: 'the client does not know the local server', files: client, never: /^(local\/|zerobus-local(\/|$))/ },
  {
    why: 'the local server knows no client',
    files: /^local\/lib\//,
    never: /^((lib|operators|proto)\/|rxjs-zerobus(\/|$))/,
  },
  {
    why: 'specs test it, not the other way round',
    files: /^((lib|operators|proto)\/|local\/lib\/)/,
    never: /^(local\/)?(spec|examples|bench)\//,
  },
];

/** Every import that points the wrong way, and every cycle, one a line. */
export function wrongArrows(graph: ImportGraph): readonly string[] {
  const wrong: string[] = [];
  for (const [file, imports] of graph) {
    for (const { why, files, never, isTransitive } of rules) {
      if (!files.test(file)) continue;
      for (const target of isTransitive ? reachable(graph, file) : imports) {
        if (never.test(target)) wrong.push(`${file} -> ${target}: ${why}`);
      }
    }
    for (const target of imports) {
      if (reachable(graph, target).has(file)) wrong.push(`${file} -> ${target}: a cycle`);
    }
  }
  return wrong;
}
