/** The records of one request as places in the message's bytes, in order: nothing is copied to take a request apart. */
export class RecordSpans {
  readonly bytes: Buffer;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** The sum of the records' lengths. */
  byteLength = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** How many records. */
  get count(): number {
    return this.starts.length;
  }

  /** Adds the record that lies at `start` (included) to `end` (excluded), behind all that were added. */
  add(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
    this.byteLength += end - start;
  }

  /** Where record `index` starts. */
  start(index: number): number {
    return this.starts[index] as number;
  }

  /** Where record `index` ends (excluded). */
  end(index: number): number {
    return this.ends[index] as number;
  }
}
