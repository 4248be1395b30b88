import { rm } from 'node:fs/promises';
import { isCheckpointDue, writeCheckpoint } from '../delta/writeCheckpoint.ts';
import { DuckDb, SLOW_OPTIMIZER } from '../duckdb/duckDb.ts';
import { DeltaLogError, TableStoreError, UnwritableTableError } from '../errors.ts';
import { firstLine } from '../firstLine.ts';
import { flushSegment } from '../flush/flushSegment.ts';
import type { SealedSegment } from '../wal/segment.ts';
import type { StoredTable, TableChange } from './storedTable.ts';

/** Rows that were committed to a Delta table. */
export interface FlushEvent {
  /** `catalog.schema.table` */
  readonly fullName: string;
  /** Rows added by the commit. */
  readonly rows: number;
  /** Version of the Delta table that holds them. */
  readonly version: number;
}

/** Options of {@link FlushQueue}. */
export interface FlushQueueOptions {
  /** The folder that flushes may spill into. */
  readonly spillFolder: string;
  /** Called with each error in the background. */
  readonly onError: (error: Error) => void;
  /** Called after each commit that has added rows to a Delta table, with the time that writing them took, in ms. */
  readonly onFlush: (event: FlushEvent, durationMs: number) => void;
  /** Called after acknowledged rows were set aside, because they can't be written to their table. */
  readonly onRowsRejected: (fullName: string, rows: number) => void;
  /** Called when a table stops accepting rows. */
  readonly onUnwritable: (fullName: string, error: UnwritableTableError) => void;
}

/** Flushes segments one at a time, as all tables of a store share one DuckDB. */
export class FlushQueue {
  readonly #options: FlushQueueOptions;
  readonly #duckDb: DuckDb;
  /** Segments for which a flush was attempted. */
  readonly #attempted = new WeakSet<SealedSegment>();
  /** Resolves when the last flush in the queue has ended. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: FlushQueueOptions) {
    this.#options = options;
    this.#duckDb = new DuckDb({ spillFolder: options.spillFolder, disabledOptimizers: SLOW_OPTIMIZER });
  }

  /**
   * Flushes the oldest sealed segment of a table, after all flushes that are already in the queue. If there is no such
   * segment, it only checks whether the table can be written to.
   */
  flushOldest(table: StoredTable): Promise<void> {
    return this.run(() =>
      this.#onTable(table, () => this.#moveOldest(table)).catch((error: unknown) => {
        throw error instanceof TableStoreError ? error : flushFailure(table, error);
      }),
    );
  }

  /**
   * Reads the commits of other writers, after all flushes that are already in the queue.
   *
   * @throws {@link UnwritableTableError} if the table can't be written to any more
   */
  refresh(table: StoredTable): Promise<void> {
    return this.run(() => this.#onTable(table, async () => undefined));
  }

  /**
   * Alters the columns of a table, after all flushes that are already in the queue.
   *
   * @throws {@link TableDefinitionError} if they can't be altered like that
   * @throws {@link UnwritableTableError} if the table can't be written to
   */
  alter(table: StoredTable, change: TableChange): Promise<void> {
    return this.run(() =>
      this.#onTable(table, async () => {
        await table.alter(change, this.#duckDb);
        await this.#writeDueCheckpoint(table);
      }),
    );
  }

  /** Waits for the last task, frees DuckDB, and removes its spill files. */
  async close(): Promise<void> {
    await this.#last;
    this.#duckDb.close();
    await rm(this.#options.spillFolder, { recursive: true, force: true });
  }

  /** Runs a short task after all flushes that are already in the queue. No flush is in progress meanwhile. */
  run<Result>(task: (duckDb: DuckDb) => Promise<Result>): Promise<Result> {
    const done = this.#last.then(() => task(this.#duckDb));
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Reads the commits of other writers, then does the task. */
  async #onTable(table: StoredTable, task: () => Promise<void>): Promise<void> {
    const before = table.problem;
    try {
      await table.refresh(this.#duckDb);
      await task();
    } catch (error) {
      const reason = error instanceof DeltaLogError ? table.refuse(error) : error;
      if (reason instanceof UnwritableTableError && before === undefined) {
        this.#options.onUnwritable(table.fullName, reason);
      }
      throw reason;
    }
  }

  async #moveOldest(table: StoredTable): Promise<void> {
    const [segment] = table.sealedSegments;
    if (segment === undefined) {
      return;
    }
    const isRetry = this.#attempted.has(segment);
    this.#attempted.add(segment);
    const startMs = performance.now();
    const { rows, rejectedRows } = await flushSegment(this.#duckDb, table, segment, this.#options.onError, isRetry);
    const durationMs = Math.round(performance.now() - startMs);
    table.removeFlushed(rejectedRows);
    if (rejectedRows > 0) {
      this.#options.onRowsRejected(table.fullName, rejectedRows);
    }
    await this.#writeDueCheckpoint(table);
    if (rows > 0) {
      this.#options.onFlush({ fullName: table.fullName, rows, version: table.log.snapshot.version }, durationMs);
    }
  }

  async #writeDueCheckpoint({ log }: StoredTable): Promise<void> {
    if (isCheckpointDue(log.snapshot)) {
      // The commit is already in the table. Without the checkpoint, readers only take longer, and the next commit tries
      // again.
      await writeCheckpoint(log.snapshot, this.#duckDb).catch(this.#options.onError);
    }
  }
}

function flushFailure({ fullName }: StoredTable, cause: unknown): TableStoreError {
  const reason = firstLine(cause).replace(/\.$/, '');
  return new TableStoreError(
    `Rows of ${fullName} can't be written to their table yet: ${reason}. They wait in the write-ahead log, and it is tried again.`,
    { cause },
  );
}
