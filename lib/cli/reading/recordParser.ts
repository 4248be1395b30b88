import { isUtf8 } from 'node:buffer';
import { Parser } from 'csv-parse';
import { endOfUtf8 } from '../../inputs/endOfUtf8.ts';
import { Queue } from '../../stream/queue.ts';
import { MAX_REQUEST_BYTES } from '../../wire/batchBuilder.ts';
import { endOfCharacters } from './endOfCharacters.ts';

const lookahead = Buffer.alloc(64, 'x');

/** A record of CSV, and the offset of the first byte after it in what was parsed. */
export interface ParsedRecord {
  readonly fields: readonly string[];
  readonly endByte: number;
}

/** Parses CSV. The records are in a queue as soon as their bytes are written. */
export class RecordParser extends Parser {
  readonly records: Queue<ParsedRecord> = new Queue();
  /** The first bytes of a character whose others are in the next chunk. */
  #cut: Buffer = Buffer.alloc(0);

  /** @param delimiter what separates the fields */
  constructor(delimiter: string) {
    super({
      bom: true,
      delimiter,
      max_record_size: MAX_REQUEST_BYTES,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
    });
    // An error is also that of the write that brought it about.
    this.on('error', () => {});
  }

  override push(fields: readonly string[] | null): boolean {
    if (fields !== null) {
      this.records.push({ fields, endByte: this.info.bytes });
    }
    return true;
  }

  /**
   * Parses bytes.
   *
   * @throws `Error` if they are not CSV or not UTF-8. The records before are in the queue.
   */
  async parse(bytes: Buffer): Promise<void> {
    const whole = this.#cut.length === 0 ? bytes : Buffer.concat([this.#cut, bytes]);
    const end = endOfCharacters(whole);
    this.#cut = whole.subarray(end);
    const text = whole.subarray(0, end);
    if (isUtf8(text)) {
      return this.#parse(text);
    }
    await this.#parse(text.subarray(0, endOfUtf8(text)));
    return this.#failNotUtf8();
  }

  /**
   * Parses what is left at the end of the input.
   *
   * @throws `Error` if it is not a record or not UTF-8
   */
  async parseRest(): Promise<void> {
    if (this.#cut.length > 0) {
      return this.#failNotUtf8();
    }
    return new Promise((resolve, reject) => {
      this.once('error', reject);
      this.end(resolve);
    });
  }

  async #failNotUtf8(): Promise<void> {
    // The parser looks ahead before it returns a record. Without a line feed, what follows is none.
    await this.#parse(lookahead).catch(() => {});
    throw new Error('It is not UTF-8.');
  }

  #parse(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
}
