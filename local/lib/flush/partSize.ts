import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { countLeaves, holdsManyValues } from './columnShape.ts';
import { copyLimits } from './copyLimits.ts';

/**
 * Length of row lines that are written together if their rows are long and may have any number of values, in bytes.
 * DuckDB reads up to 2048 rows, or 32 MiB of them, at once, and a number in a list may take more than ten times of its
 * text.
 */
const MANY_VALUED_PART_BYTES = 8 * 1024 * 1024;

/** Shorter rows are read 2048 at a time in less than `manyValuedPartBytes`. */
const LONG_ROW_BYTES = 4096;

/**
 * Most column chunks of a data file: a row group has one for each column. The footer describes each of them, so a file
 * of thousands of columns and dozens of row groups would take more memory for its footer than for its rows.
 */
const MOST_COLUMN_CHUNKS = 12_288;

/** After so many parts in a row that could be written, larger ones are tried. */
const SUCCESSES_TO_GROW = 4;

/** How much of a segment is written as one data file: it follows what could be written, and what could not. */
export class PartSize {
  readonly #mostBytes: number;
  #bytes: number;
  #successes = 0;

  /** @param mostBytes what it starts from, and never exceeds */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#bytes = mostBytes;
  }

  /** The size to start from for a segment of a table. */
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

  /** Books that row lines of this length could be written together. */
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

  /** Books that row lines of this length were too much. */
  fail(bytes: number): void {
    this.#successes = 0;
    this.#bytes = Math.min(this.#bytes, Math.ceil(bytes / 2));
  }
}
