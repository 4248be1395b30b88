import { writeFile } from 'node:fs/promises';
import type { RowBatch } from './rowBatch.ts';
import type { DataFile } from './writeDataFile.ts';
import { writeFailure } from './writeFailure.ts';

/**
 * Most rows that are found one by one to be refused by DuckDB. If there are more, something is wrong with all of them, and what is
 * left is set aside as a whole: finding each of a million would take hours.
 */
const mostRowsFound = 200;

/** Options of {@link writeRowBatch}. */
export interface RowBatchOptions {
  /** Path of the file in which parts of the batch are handed to DuckDB. */
  readonly partPath: string;
  /** Most rows of a data file; larger ones have failed before. */
  readonly mostRows: number;
  /** Writes a data file of the row lines in a file. */
  readonly write: (path: string, longestLine: number) => Promise<DataFile>;
  /** Removes a data file again. */
  readonly discard: (file: DataFile) => Promise<void>;
}

/** What has come of a batch. */
export interface WrittenBatch {
  /** Data files with the rows in their order. */
  readonly files: readonly DataFile[];
  /** Lines of the rows that can't be written. */
  readonly rejected: readonly Buffer[];
  /** Why the last of them can't. */
  readonly reason: unknown;
  /** Most rows of a data file, as far as it is known now. */
  readonly mostRows: number;
}

/**
 * Writes rows into as few data files as can be: an attempt that fails for a reason of its rows, or of their number, is halved, down
 * to one row. A row that can't be written even alone is rejected, and its neighbours are written without it.
 *
 * @throws the error of an attempt that has failed for another reason; no data file is left then
 */
export async function writeRowBatch(batch: RowBatch, options: RowBatchOptions): Promise<WrittenBatch> {
  const trial = new BatchTrial(batch, options);
  try {
    await trial.run();
    if (trial.rejected.size === 0) {
      return { files: trial.files, rejected: [], reason: undefined, mostRows: trial.mostRows };
    }
  } catch (error) {
    await trial.discardFiles();
    throw error;
  }
  // Looking for bad rows has left many small files; the good rows go together.
  await trial.discardFiles();
  const lines = [...trial.rejected].sort((a, b) => a - b).map((row) => batch.lines(row, row + 1));
  const { mostRows } = trial;
  if (trial.rejected.size === batch.rows) {
    return { files: [], rejected: lines, reason: trial.reason, mostRows };
  }
  const good = await writeRowBatch(batch.without(trial.rejected), { ...options, mostRows });
  return { ...good, rejected: [...lines, ...good.rejected], reason: trial.reason };
}

class BatchTrial {
  readonly files: DataFile[] = [];
  /** Numbers of the rows that can't be written. */
  readonly rejected = new Set<number>();
  reason: unknown;
  mostRows: number;
  readonly #batch: RowBatch;
  readonly #options: RowBatchOptions;

  constructor(batch: RowBatch, options: RowBatchOptions) {
    this.#batch = batch;
    this.#options = options;
    this.mostRows = options.mostRows;
  }

  async run(): Promise<void> {
    const { rows } = this.#batch;
    let start = 0;
    let length = Math.min(rows, this.mostRows);
    while (start < rows) {
      const end = Math.min(rows, start + length);
      const failure = await this.#attempt(start, end);
      if (failure === undefined) {
        start = end;
        length = Math.min(length * 2, this.mostRows);
        continue;
      }
      const isOneRow = end - start === 1;
      if (isOneRow || (failure === 'rows' && this.rejected.size >= mostRowsFound)) {
        this.#reject(start, end);
        start = end;
        length = this.rejected.size >= mostRowsFound ? Math.min(rows, this.mostRows) : length;
      } else {
        length = Math.ceil((end - start) / 2);
        this.mostRows = failure === 'size' ? length : this.mostRows;
      }
    }
  }

  async discardFiles(): Promise<void> {
    for (const file of this.files.splice(0)) {
      await this.#options.discard(file);
    }
  }

  /** @returns why the rows can't be written together; undefined if they are written */
  async #attempt(start: number, end: number): Promise<'rows' | 'size' | undefined> {
    const { partPath, write, discard } = this.#options;
    try {
      await writeFile(partPath, this.#batch.lines(start, end));
      const file = await write(partPath, this.#batch.longestLine(start, end));
      if (file.rows === end - start) {
        this.files.push(file);
        return undefined;
      }
      await discard(file);
      this.reason = new Error(`${end - start} rows were written, but ${file.rows} came back`);
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

  #reject(start: number, end: number): void {
    for (let row = start; row < end; row += 1) {
      this.rejected.add(row);
    }
  }
}
