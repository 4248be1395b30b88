import type { InputRecord, RecordReader } from './recordReader.ts';

/** A record that was read ahead, and its place. */
interface Peeked {
  readonly record: InputRecord;
  readonly line: number;
  readonly endLine: number;
  readonly endByte: number;
}

/** Reads records of which the first ones were looked at before. */
export class PeekedRecords implements RecordReader {
  readonly #records: RecordReader;
  readonly #peeked: Peeked[] = [];
  /** The record that was read last, while it is one of those. */
  #current: Peeked | undefined;

  constructor(records: RecordReader) {
    this.#records = records;
  }

  get header(): readonly string[] | undefined {
    return this.#records.header;
  }

  get line(): number {
    return (this.#current ?? this.#records).line;
  }

  get endLine(): number {
    return (this.#current ?? this.#records).endLine;
  }

  get endByte(): number {
    return (this.#current ?? this.#records).endByte;
  }

  /**
   * Looks at the first records, which are read later all the same. Call it before anything is read.
   *
   * @param count the most records
   */
  async peek(count: number): Promise<readonly InputRecord[]> {
    while (this.#peeked.length < count) {
      const result = this.#records.next() ?? (await this.#records.wait());
      if (result.done === true) {
        break;
      }
      const { line, endLine, endByte } = this.#records;
      this.#peeked.push({ record: result.value, line, endLine, endByte });
    }
    return this.#peeked.map(({ record }) => record);
  }

  next(): IteratorResult<InputRecord> | undefined {
    this.#current = this.#peeked.shift();
    return this.#current === undefined ? this.#records.next() : { done: false, value: this.#current.record };
  }

  async wait(): Promise<IteratorResult<InputRecord>> {
    return this.next() ?? this.#records.wait();
  }

  close(): void {
    this.#records.close();
  }
}
