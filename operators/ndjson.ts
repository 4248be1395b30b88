import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { integerAtLeast } from '../lib/errors/checkNumber.ts';
import type { LinePosition, LineReader } from '../lib/inputs/lineReader.ts';
import { type LineSource, linesOf } from '../lib/inputs/openLines.ts';
import { openReader, type ReadableInput, type Reader } from '../lib/inputs/reader.ts';
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

/** The lines of {@link ndjson}: an input of `ingest` and `pull`, and of `for await`. */
export interface NdjsonLines<T> extends AsyncIterable<T> {
  /** The position of the line that was read last. Of several subscriptions, the latest one counts. */
  readonly position: LinePosition;
}

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
  checkNames('ndjson', options, optionNames);
  const maxLineBytes = integerAtLeast(1, 'maxLineBytes', options.maxLineBytes ?? MAX_REQUEST_BYTES);
  const parse = options.parse === true ? parseObject : (line: string): string => line;
  const open = linesOf<unknown>(source, (name) => ({ name, maxLineBytes, parse }));
  return new Lines(open);
}

/** Lines that are read without a promise for each, if their reader is used. */
class Lines<T> implements NdjsonLines<T>, ReadableInput<T> {
  readonly #open: () => LineReader<T>;
  #reader: LineReader<T> | undefined;

  constructor(open: () => LineReader<T>) {
    this.#open = open;
  }

  get position(): LinePosition {
    return this.#reader?.position ?? { line: 0, byte: 0 };
  }

  [openReader](): Reader<T> {
    this.#reader = this.#open();
    return this.#reader;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    let reader: Reader<T> | undefined;
    let last: Promise<unknown> = Promise.resolve();
    let hasEnded = false;
    const end = (): IteratorResult<T> => {
      hasEnded = true;
      reader?.close();
      return { done: true, value: undefined };
    };
    const read = async (): Promise<IteratorResult<T>> => {
      if (hasEnded) {
        return end();
      }
      try {
        reader ??= this[openReader]();
        const result = reader.next() ?? (await reader.wait());
        return result.done === true ? end() : result;
      } catch (error) {
        if (hasEnded) {
          return end();
        }
        end();
        throw error;
      }
    };
    return {
      next: () => {
        const result = last.then(read);
        last = result.catch(() => {});
        return result;
      },
      return: async () => end(),
    };
  }
}

function parseObject(line: string): object {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('The line is JSON, but not an object.');
  }
  return value;
}
