import { writeFile } from 'node:fs/promises';
import type { RowBatch, RowRange } from '../wal/rowBatch.ts';
import type { PartSize } from './partSize.ts';
import { writeFailure } from './writeFailure.ts';

/**
 * Most rows that are searched for one by one because DuckDB refuses them. If there are more, something is wrong with
 * all of them, and the rest is set aside as a whole: finding each of a million would take hours.
 */
const MOST_ROWS_FOUND = 200;

/** Rows that are passed to DuckDB. */
export interface RowPart {
  /** An NDJSON file of row lines. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** An upper bound for the longest row line. */
  readonly largestRowBytes: number;
  /** Whether this is a single row for which the usual memory was not enough. */
  readonly needsMoreMemory?: boolean;
}

/** What was written of rows. */
export interface Written {
  /** How many rows were written. */
  readonly rows: number;
}

/** Options of {@link writeRowBatch}. */
export interface RowBatchOptions<File extends Written> {
  /** Path of the file that passes parts of the batch to DuckDB. */
  readonly partPath: string;
  /** How much to write together. It is kept up to date. */
  readonly size: PartSize;
  /** Writes rows to the disk. */
  readonly write: (part: RowPart) => Promise<File>;
  /** Removes what was written. */
  readonly discard: (file: File) => Promise<void>;
}

/** The result of writing a batch. */
export interface WrittenBatch<File extends Written> {
  /** What was written, with the rows in order. */
  readonly files: readonly File[];
  /** Lines of the rows that can't be written, and how many rows they are. */
  readonly rejected: readonly { readonly lines: Buffer; readonly rows: number }[];
  /** Why the last of them can't be written. */
  readonly reason: unknown;
}

/**
 * Writes rows into as few data files as possible. If an attempt fails because of the rows or their size, it is halved,
 * down to one row. If a single row can't be written, it is rejected, and its neighbors are written without it.
 *
 * @throws the error of an attempt that failed for another reason. No data file is left then.
 */
export async function writeRowBatch<File extends Written>(
  batch: RowBatch,
  options: RowBatchOptions<File>,
): Promise<WrittenBatch<File>> {
  const trial = new BatchTrial(batch, options);
  try {
    await trial.run();
    if (trial.rejected.length === 0) {
      return { files: trial.files, rejected: [], reason: undefined };
    }
  } catch (error) {
    await trial.discardFiles();
    throw error;
  }
  // The search for bad rows has left many small files, so the good rows are written again, together.
  await trial.discardFiles();
  const rejected = trial.rejected.map(({ start, end }) => ({ lines: batch.lines(start, end), rows: end - start }));
  const rest = batch.without(trial.rejected);
  const good = rest.rows === 0 ? { files: [], rejected: [] } : await writeRowBatch(rest, options);
  return { files: good.files, rejected: [...rejected, ...good.rejected], reason: trial.reason };
}

class BatchTrial<File extends Written> {
  readonly files: File[] = [];
  /** The rows that can't be written, in order. */
  readonly rejected: RowRange[] = [];
  reason: unknown;
  readonly #batch: RowBatch;
  readonly #options: RowBatchOptions<File>;
  /** How many rows were found one by one. */
  #found = 0;
  /** Ends of the next attempts around a row that is too large to be written with others. */
  #ends: number[] = [];

  constructor(batch: RowBatch, options: RowBatchOptions<File>) {
    this.#batch = batch;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { rows } = this.#batch;
    let start = 0;
    let length = rows;
    while (start < rows) {
      const end =
        this.#ends.shift() ?? Math.min(start + length, this.#batch.endOfPart(start, this.#options.size.bytes));
      const failure = await this.#attempt(start, end);
      if (failure === undefined) {
        length = Math.min(length * 2, rows);
        start = end;
      } else if (end - start === 1 || (failure === 'rows' && this.#found >= MOST_ROWS_FOUND)) {
        this.rejected.push({ start, end });
        this.#found += failure === 'rows' ? 1 : 0;
        length = this.#found >= MOST_ROWS_FOUND ? rows : length;
        start = end;
      } else if (failure === 'rows') {
        this.#ends = [];
        length = Math.ceil((end - start) / 2);
      } else {
        this.#divide(start, end);
      }
    }
  }

  async discardFiles(): Promise<void> {
    for (const file of this.files.splice(0)) {
      await this.#options.discard(file);
    }
  }

  /** Plans smaller attempts after one that was too large. */
  #divide(start: number, end: number): void {
    const bytes = this.#batch.lines(start, end).length;
    const longest = this.#batch.longestRow(start, end);
    if (this.#batch.lines(longest, longest + 1).length * 2 > bytes) {
      // One large row must not split the others into many small files.
      this.#ends = longest === start ? [start + 1] : [longest, longest + 1];
    } else {
      this.#ends = [];
      this.#options.size.fail(bytes);
    }
  }

  /** @returns why the rows can't be written together. Undefined if they were written. */
  async #attempt(start: number, end: number): Promise<'rows' | 'size' | undefined> {
    const { partPath: path, size } = this.#options;
    const lines = this.#batch.lines(start, end);
    const longest = this.#batch.longestRow(start, end);
    const largestRowBytes = this.#batch.lines(longest, longest + 1).length;
    await writeFile(path, lines);
    const part: RowPart = { path, rows: end - start, bytes: lines.length, largestRowBytes };
    const failure = await this.#write(part);
    if (failure === undefined) {
      size.succeed(lines.length);
    }
    return failure === 'size' && part.rows === 1 ? this.#write({ ...part, needsMoreMemory: true }) : failure;
  }

  async #write(part: RowPart): Promise<'rows' | 'size' | undefined> {
    const { write, discard } = this.#options;
    try {
      const file = await write(part);
      if (file.rows === part.rows) {
        this.files.push(file);
        return undefined;
      }
      await discard(file);
      this.reason = new Error(`${part.rows} rows were passed to DuckDB, but it wrote ${file.rows}.`);
      return 'rows';
    } catch (error) {
      const failure = writeFailure(error);
      if (failure === 'other') {
        throw error;
      }
      this.reason = error;
      return failure;
    }
  }
}
