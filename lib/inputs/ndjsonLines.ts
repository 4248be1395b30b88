import type { LinePosition, LineReader } from './lineReader.ts';
import { openReader, type ReadableInput, type Reader } from './reader.ts';

/** The lines of `ndjson` or `readDeadLetters`: an input of `pull`, and of `for await`. */
export interface NdjsonLines<T> extends AsyncIterable<T> {
  /** The position of the line that was read last. Of several subscriptions, the latest one counts. */
  readonly position: LinePosition;
}

/** Returns lines that are opened for each subscription. */
export function openedLines<T>(open: () => LineReader<T>): NdjsonLines<T> {
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
