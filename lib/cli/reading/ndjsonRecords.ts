import { LineReader } from '../../inputs/lineReader.ts';
import type { Reader } from '../../inputs/reader.ts';
import { MAX_REQUEST_BYTES } from '../../wire/batchBuilder.ts';
import type { InputRecord, RecordReader, ResumePlace } from './recordReader.ts';

/** Reads lines. */
export class NdjsonRecords implements RecordReader {
  readonly header = undefined;
  readonly #lines: LineReader<string>;

  /**
   * @param chunks the bytes behind `after`
   * @param name the name of the input, for messages
   */
  constructor(chunks: Reader<Buffer>, name: string, after?: ResumePlace) {
    this.#lines = new LineReader(chunks, {
      name,
      maxLineBytes: MAX_REQUEST_BYTES,
      parse: (line) => line,
      form: 'a JSON object',
      after,
    });
  }

  get line(): number {
    return this.#lines.line;
  }

  get endLine(): number {
    return this.#lines.line;
  }

  get endByte(): number {
    return this.#lines.endByte;
  }

  next(): IteratorResult<InputRecord> | undefined {
    return this.#lines.next();
  }

  wait(): Promise<IteratorResult<InputRecord>> {
    return this.#lines.wait();
  }

  close(): void {
    this.#lines.close();
  }
}
