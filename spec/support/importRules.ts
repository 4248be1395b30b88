import { posix } from 'node:path';
import { type ImportGraph, reachable } from './importGraph.ts';

interface Rule {
  /** The purpose of the rule, for the report. */
  readonly why: string;
  /** The files it applies to. */
  readonly files: RegExp;
  /** The files and packages they must not import. */
  readonly never: RegExp;
  /** Whether it also applies to indirect imports. Defaults to no. */
  readonly isTransitive?: boolean;
}

/** The direction of the arrows, which CONTRIBUTING.md draws. */
const rules: readonly Rule[] = [
  {
    why: 'the core is plain state and must not need rxjs',
    files:
      /^lib\/(wire\/|table\/|rows\/|inputs\/|letters\/|stream\/(ledger|outbox|pressure|queue|valueRing|mergedWatermark|backoff)\b|browser\/(offsets|request)\b)/,
    never: /^rxjs(\/|$)/,
    isTransitive: true,
  },
  { why: 'operators are the outermost layer', files: /^lib\//, never: /^operators\// },
  {
    why: 'the layers under the engine must not know it',
    files: /^lib\/(errors|time|secrets|wire|inputs|letters|transport|http|auth|table|rows|catalog)\//,
    never: /^lib\/(stream|sdk)\//,
  },
  { why: 'the engine must not know its APIs', files: /^lib\/stream\//, never: /^lib\/sdk\// },
  {
    why: 'the inside of the package must not import its entry point',
    files: /^(lib\/(?!cli\/)|operators\/)/,
    never: /^(index|browser|columns|gateway|testing)\.ts$/,
  },
  {
    why: 'the client must not include what is for tests',
    files: /^((index|browser|columns|gateway)\.ts$|lib\/(?!testing\/)|operators\/|proto\/)/,
    never: /^lib\/testing\//,
  },
  {
    why: 'the client must not include its commands',
    files: /^((index|browser|columns|gateway|testing)\.ts$|lib\/(?!cli\/)|operators\/|proto\/)/,
    never: /^lib\/cli\//,
  },
  {
    why: 'the gateway must not weigh on what does not need it',
    files: /^((index|browser|columns|testing)\.ts$|lib\/(?!gateway\/)|operators\/(?!zerobusGateway\.ts$))/,
    never: /^(gateway\.ts$|lib\/gateway\/|operators\/zerobusGateway\.ts$)/,
  },
  {
    why: 'a page has nothing of Node.js, and must not load what it does not need',
    files: /^(browser\.ts$|lib\/browser\/)/,
    never: /^(?!rxjs$|lib\/(browser|errors)\/|lib\/http\/parseRetryAfter\.ts$|lib\/stream\/backoff\.ts$|browser\.ts$)/,
    isTransitive: true,
  },
  {
    why: 'what runs in pages is for pages only',
    files: /^((index|columns|gateway|testing)\.ts$|lib\/(?!browser\/)|operators\/|proto\/)/,
    never: /^lib\/browser\//,
  },
  {
    why: 'the model must share no code with what it checks',
    files: /^lib\/testing\/simulation\/(model|plan)\//,
    never: /^(operators\/|lib\/(?!errors\/|testing\/simulation\/|stream\/zerobusEvent\.ts$))/,
  },
  {
    why: 'the client must not know the local server',
    files: /^(?!lib\/cli\/)((index|browser|columns|gateway|testing)\.ts|(lib|operators|proto)\/.*)$/,
    never: /^(local\/|zerobus-local(\/|$))/,
  },
  {
    why: 'only one file of the command may load the local server, and only if it is installed',
    files: /^lib\/cli\/(?!ingest\/loadZerobusLocal\.ts$)/,
    never: /^(local\/|zerobus-local(\/|$))/,
  },
  {
    why: 'the local server must not know the client',
    files: /^local\/lib\//,
    never: /^((index|browser|columns|gateway|testing)\.ts$|(lib|operators|proto)\/|rxjs-zerobus(\/|$))/,
  },
  {
    why: 'the live page has nothing of Node.js, and only two packages',
    files: /^local\/page\//,
    never: /^(?!(lit-html|uplot)(\/|$)|local\/(page|lib\/live\/api)\/)/,
  },
  {
    why: 'the page and the server share types only',
    files: /^local\/lib\/live\/api\//,
    never: /^(?!local\/lib\/live\/api\/)/,
  },
  {
    why: 'the server serves the page as a bundle',
    files: /^local\/lib\//,
    never: /^local\/page\//,
  },
  {
    why: 'sources must not import specs, examples or the benchmark',
    files: /^((index|browser|columns|gateway|testing)\.ts$|(lib|operators|proto)\/|local\/(lib|page)\/)/,
    never: /^(local\/)?(spec|examples|bench)\//,
  },
];

/** Every import that points in the wrong direction, and every cycle of files or of folders, one per line. */
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
 * The arrows between folders, by the imports of the files directly in them. Each file at the root of a package counts
 * as a folder.
 */
export function folderGraph(graph: ImportGraph): ImportGraph {
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
  return ['.', 'lib', 'local/lib', 'local/page'].includes(folder) ? file : folder;
}
