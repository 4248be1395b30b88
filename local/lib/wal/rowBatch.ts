const NEWLINE = 0x0a;

/** The rows of a batch from `start` up to, but not including, `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Consecutive row lines in memory, with the position of each. */
export class RowBatch {
  readonly #lines: Buffer;
  /** The position of each line, and the end of the last one. */
  readonly #starts: Uint32Array;

  private constructor(lines: Buffer, starts: Uint32Array) {
    this.#lines = lines;
    this.#starts = starts;
  }

  /**
   * Finds the lines.
   *
   * @param lines row lines, each of which ends with a newline
   * @param rows how many there are
   */
  static of(lines: Buffer, rows: number): RowBatch {
    const starts = new Uint32Array(rows + 1);
    let end = 0;
    for (let row = 1; row <= rows; row += 1) {
      end = lines.indexOf(NEWLINE, end) + 1;
      starts[row] = end;
    }
    return new RowBatch(lines, starts);
  }

  /** How many rows there are. */
  get rows(): number {
    return this.#starts.length - 1;
  }

  /** The lines of the rows from `start` up to, but not including, `end`. */
  lines(start: number, end: number): Buffer {
    return this.#lines.subarray(this.#starts[start], this.#starts[end]);
  }

  /** The longest of the rows from `start` up to, but not including, `end`. */
  longestRow(start: number, end: number): number {
    let longest = start;
    for (let row = start; row < end; row += 1) {
      longest = this.#lineBytes(row) > this.#lineBytes(longest) ? row : longest;
    }
    return longest;
  }

  /** Length of the row's line, in bytes. */
  #lineBytes(row: number): number {
    return (this.#starts[row + 1] as number) - (this.#starts[row] as number);
  }

  /** The end of the rows from `start` whose lines together have at most this length. It is at least one row. */
  endOfPart(start: number, mostBytes: number): number {
    const limit = (this.#starts[start] as number) + mostBytes;
    let low = start + 1;
    let high = this.rows;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= limit) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The batch without these rows. The ranges must be in order. */
  without(ranges: readonly RowRange[]): RowBatch {
    const kept: Buffer[] = [];
    let rows = 0;
    let start = 0;
    for (const range of [...ranges, { start: this.rows, end: this.rows }]) {
      kept.push(this.lines(start, range.start));
      rows += range.start - start;
      start = range.end;
    }
    return RowBatch.of(Buffer.concat(kept), rows);
  }
}
