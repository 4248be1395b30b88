import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { integerAtLeast } from '../lib/errors/checkNumber.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { type NdjsonLines, openedLines } from '../lib/inputs/ndjsonLines.ts';
import { type LineSource, linesOf } from '../lib/inputs/openLines.ts';
import { MAX_REQUEST_BYTES } from '../lib/wire/batchBuilder.ts';

/** Options of {@link ndjson}. */
export interface NdjsonOptions {
  /**
   * Whether lines are parsed into objects. Numbers beyond 2^53 lose digits then. Defaults to `false`: lines stay text,
   * which a JSON stream sends as it is.
   */
  readonly parse?: boolean | undefined;
  /** The longest line in bytes, at least 1. Defaults to the largest record, `10420224`. */
  readonly maxLineBytes?: number | undefined;
}

const optionNames: NamesOf<NdjsonOptions> = { parse: true, maxLineBytes: true };

/**
 * Reads the lines of a file or a stream, for `ingest` and `pull`.
 *
 * <span class="informal">One JSON object per line, as text or parsed.</span>
 *
 * It opens a file when it is subscribed to, reads no faster than it is pulled, and closes the file when it is
 * unsubscribed from. An input that starts with the magic bytes of gzip is decompressed, all of its members. A byte
 * order mark and blank lines are skipped. Lines end with `\n` or `\r\n`, and the last one may end without.
 *
 * Errors with a {@link ZerobusError} `INVALID_RECORD` if a line is not UTF-8, or with `parse` not a JSON object, and
 * `RECORD_TOO_LARGE` if a line exceeds `maxLineBytes`. Both name the line and its first byte. An error of the file or
 * the stream is forwarded.
 *
 * @example
 * ```ts
 * import { ingest, ndjson } from 'rxjs-zerobus';
 *
 * const lines = ndjson('readings.ndjson.gz');
 * ingest(lines, 'main.iot.readings').subscribe({
 *   error: (error) => console.error(error.message, `at line ${lines.position.line}`),
 *   complete: () => console.log('the whole file is durable'),
 * });
 * ```
 *
 * @param source a path, a `file:` URL, or a Node stream, a web stream or an iterable of bytes or text, cut anywhere
 * @param options see {@link NdjsonOptions}
 * @returns the lines. A path or a URL is opened again for each subscription, a stream can be read once.
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the source or an option is malformed
 */
export function ndjson(
  source: LineSource,
  options: NdjsonOptions & { readonly parse: true },
): NdjsonLines<Record<string, unknown>>;
export function ndjson(source: LineSource, options?: NdjsonOptions & { readonly parse?: false }): NdjsonLines<string>;
export function ndjson(source: LineSource, options: NdjsonOptions = {}): NdjsonLines<unknown> {
  const open = readArguments('ndjson', () => {
    checkNames('ndjson', options, optionNames);
    const maxLineBytes = integerAtLeast(1, 'maxLineBytes', options.maxLineBytes ?? MAX_REQUEST_BYTES);
    const parse = options.parse === true ? parseObject : (line: string): string => line;
    return linesOf<unknown>(source, (name) => ({ name, maxLineBytes, parse, form: 'a JSON object' }));
  });
  return openedLines(open);
}

function parseObject(line: string): object {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('The line is JSON, but not an object.');
  }
  return value;
}
