import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { countLeaves, holdsManyValues } from './columnShape.ts';
import { copyLimits } from './copyLimits.ts';

/**
 * Length of the row lines that are written together if the rows are long and may hold any number of values, in bytes.
 * DuckDB reads up to 2048 rows, or 32 MiB of them, at once, and a number in a list may take more than ten times the
 * length of its text.
 */
const MANY_VALUED_PART_BYTES = 8 * 1024 * 1024;

/** 2048 shorter rows, which DuckDB reads at once, take less than `MANY_VALUED_PART_BYTES`. */
const LONG_ROW_BYTES = 4096;

/**
 * Most column chunks in a data file. A row group has one for each column, and the footer describes each of them: with
 * thousands of columns and dozens of row groups, the footer would take more memory than the rows.
 */
const MOST_COLUMN_CHUNKS = 12_288;

/** After this many successes in a row, larger parts are tried. */
const SUCCESSES_TO_GROW = 4;

/** How much of a segment is written as one data file. It adapts to which sizes could be written and which could not. */
export class PartSize {
  readonly #mostBytes: number;
  #bytes: number;
  #successes = 0;

  /** @param mostBytes the initial size, which is never exceeded */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#bytes = mostBytes;
  }

  /** The size to start with for a segment of a table. */
  static for({ rows, bytes }: SealedSegment, columns: readonly DeltaColumn[]): PartSize {
    const isHeavy = holdsManyValues(columns) && bytes / rows > LONG_ROW_BYTES;
    const chunks = countLeaves(columns) * Math.ceil(rows / copyLimits(columns, rows, bytes).rowGroupRows);
    return new PartSize(
      Math.min(
        isHeavy ? MANY_VALUED_PART_BYTES : Number.POSITIVE_INFINITY,
        chunks > MOST_COLUMN_CHUNKS ? Math.ceil((bytes * MOST_COLUMN_CHUNKS) / chunks) : Number.POSITIVE_INFINITY,
      ),
    );
  }

  /** Most bytes of row lines to write together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that row lines of this length could be written together. */
  succeed(bytes: number): void {
    if (bytes * 2 < this.#bytes) {
      return;
    }
    this.#successes += 1;
    if (this.#successes === SUCCESSES_TO_GROW) {
      this.#successes = 0;
      this.#bytes = Math.min(this.#mostBytes, this.#bytes * 2);
    }
  }

  /** Records that row lines of this length were too much. */
  fail(bytes: number): void {
    this.#successes = 0;
    this.#bytes = Math.min(this.#bytes, Math.ceil(bytes / 2));
  }
}
