const newline = 0x0a;

/** Row lines that lie one after the other in memory, and where each begins. */
export class RowBatch {
  readonly #lines: Buffer;
  /** Where each line begins, and where the last one ends. */
  readonly #starts: Uint32Array;

  private constructor(lines: Buffer, starts: Uint32Array) {
    this.#lines = lines;
    this.#starts = starts;
  }

  /**
   * Finds the lines.
   *
   * @param lines row lines, each ended by a newline
   * @param rows how many there are
   */
  static of(lines: Buffer, rows: number): RowBatch {
    const starts = new Uint32Array(rows + 1);
    let end = 0;
    for (let row = 1; row <= rows; row += 1) {
      end = lines.indexOf(newline, end) + 1;
      starts[row] = end;
    }
    return new RowBatch(lines, starts);
  }

  /** How many rows. */
  get rows(): number {
    return this.#starts.length - 1;
  }

  /** The lines of the rows from `start` up to, and without, `end`. */
  lines(start: number, end: number): Buffer {
    return this.#lines.subarray(this.#starts[start], this.#starts[end]);
  }

  /** Length of the longest line from `start` up to, and without, `end`. */
  longestLine(start: number, end: number): number {
    let longest = 0;
    for (let row = start; row < end; row += 1) {
      longest = Math.max(longest, (this.#starts[row + 1] as number) - (this.#starts[row] as number));
    }
    return longest;
  }

  /** The batch without some of its rows. */
  without(rows: ReadonlySet<number>): RowBatch {
    const kept: Buffer[] = [];
    for (let row = 0; row < this.rows; row += 1) {
      if (!rows.has(row)) {
        kept.push(this.lines(row, row + 1));
      }
    }
    return RowBatch.of(Buffer.concat(kept), kept.length);
  }
}
