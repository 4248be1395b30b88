import { Parser } from 'csv-parse';
import { Queue } from '../../stream/queue.ts';
import { MAX_REQUEST_BYTES } from '../../wire/batchBuilder.ts';

/** A record of CSV, and the offset of the first byte after it in what was parsed. */
export interface ParsedRecord {
  readonly fields: readonly string[];
  readonly endByte: number;
}

/** Parses CSV. The records are in a queue as soon as their bytes are written. */
export class RecordParser extends Parser {
  readonly records: Queue<ParsedRecord> = new Queue();

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
   * @throws `CsvError` if they are not CSV. The records before are in the queue.
   */
  parse(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Parses what is left at the end of the input.
   *
   * @throws `CsvError` if it is not a record
   */
  parseRest(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once('error', reject);
      this.end(resolve);
    });
  }
}
