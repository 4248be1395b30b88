import { createReadStream } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { fileContent } from './fileContent.ts';
import type { InputFile, InputFormat } from './inputFile.ts';

/** The ending of the files that say how far an input is durable. They are never an input themselves. */
export const CHECKPOINT_ENDING = '.zerobus-checkpoint';

const READ_BYTES = 262_144;

/** Options of {@link findInputs}. */
export interface InputOptions {
  /** The format of all inputs. Defaults to that of each ending, and to `ndjson` for standard input. */
  readonly format: InputFormat | undefined;
  /** What separates the fields of CSV. Defaults to a tab in `.tsv` files, and to a comma in others. */
  readonly delimiter: string | undefined;
}

/**
 * Finds the inputs of a command, in the order of the arguments. Those of a pattern are sorted. A
 * file with several links is one input.
 *
 * @param patterns paths, and patterns such as `logs/*.ndjson`. A path that exists is never a pattern. `-` is standard
 * input
 * @throws `Error` if there is no such file, or if its ending does not say its format
 */
export async function findInputs(
  patterns: readonly string[],
  stdin: Readable,
  options: InputOptions,
): Promise<readonly InputFile[]> {
  const inputs = new Map<string, InputFile>();
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern)) {
      const place = path === '-' ? path : await realpath(path);
      if (!inputs.has(place)) {
        inputs.set(place, path === '-' ? standardInput(stdin, options) : await fileInput(path, options));
      }
    }
  }
  return [...inputs.values()];
}

async function pathsOf(pattern: string): Promise<readonly string[]> {
  if (pattern === '-' || (await exists(pattern))) {
    return [pattern];
  }
  if (!isDynamicPattern(pattern)) {
    throw new Error(`There is no file ${pattern}.`);
  }
  const paths = (await glob(pattern, { absolute: isAbsolute(pattern), expandDirectories: false, dot: true })).sort();
  const found = paths.filter((path) => !path.endsWith(CHECKPOINT_ENDING));
  if (found.length === 0) {
    throw new Error(`No file matches ${pattern}.`);
  }
  return found;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}

function standardInput(stdin: Readable, { format = 'ndjson', delimiter = ',' }: InputOptions): InputFile {
  return { name: 'standard input', format, delimiter, file: undefined, open: () => stdin };
}

async function fileInput(path: string, options: InputOptions): Promise<InputFile> {
  const file = await fileContent(path);
  const ending = /\.(ndjson|jsonl|json|csv|tsv)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  const format = options.format ?? formatOf(ending);
  if (format === undefined) {
    throw new Error(`The ending of ${path} does not say its format. Pass --format ndjson or --format csv.`);
  }
  const open = (start: number): Readable =>
    file.size <= start
      ? Readable.from([])
      : createReadStream(path, { start, end: file.size - 1, highWaterMark: READ_BYTES });
  return { name: path, format, delimiter: options.delimiter ?? (ending === 'tsv' ? '\t' : ','), file, open };
}

function formatOf(ending: string | undefined): InputFormat | undefined {
  switch (ending) {
    case undefined:
      return undefined;
    case 'csv':
    case 'tsv':
      return 'csv';
    default:
      return 'ndjson';
  }
}
