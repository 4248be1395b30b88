/** The records of one request, in order, as ranges of the message's bytes. So no record is copied. */
export class RecordSpans {
  readonly bytes: Buffer;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** The sum of the records' lengths. */
  byteLength = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The number of records. */
  get count(): number {
    return this.starts.length;
  }

  /** Adds the next record, from `start` (inclusive) to `end` (exclusive). */
  add(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
    this.byteLength += end - start;
  }

  /** The start of record `index`. */
  start(index: number): number {
    return this.starts[index] as number;
  }

  /** The end of record `index`, exclusive. */
  end(index: number): number {
    return this.ends[index] as number;
  }

  /** The bytes of record `index`. They are not copied. */
  bytesOf(index: number): Buffer {
    return this.bytes.subarray(this.start(index), this.end(index));
  }
}
