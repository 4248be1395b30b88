import { rm } from 'node:fs/promises';
import { isCheckpointDue, writeCheckpoint } from '../delta/writeCheckpoint.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError, UnwritableTableError } from '../errors.ts';
import { flushSegment } from '../flush/flushSegment.ts';
import type { SealedSegment } from '../wal/segment.ts';
import type { StoredTable } from './storedTable.ts';

/** Tells of rows that have come into a Delta table. */
export interface FlushEvent {
  /** `catalog.schema.table` */
  readonly fullName: string;
  /** Rows added by the commit. */
  readonly rows: number;
  /** Version of the Delta table that holds them. */
  readonly version: number;
}

/** What a {@link FlushQueue} works with. */
export interface FlushQueueOptions {
  /** The folder that flushes may spill into. */
  readonly spillFolder: string;
  /** Called with what goes wrong in the background. */
  readonly onError: (error: Error) => void;
  /** Called with each commit that has brought rows into a Delta table. */
  readonly onFlush: (event: FlushEvent) => void;
  /** Called when a table takes no more rows. */
  readonly onUnwritable: (fullName: string, error: UnwritableTableError) => void;
}

/**
 * It compares each column's expression with all others: with thousands of columns that takes minutes, and gigabytes.
 */
const SLOW_OPTIMIZER = 'common_subexpressions';

/** Flushes segments one after the other: all tables of a store share one DuckDB. */
export class FlushQueue {
  readonly #options: FlushQueueOptions;
  readonly #duckDb: DuckDb;
  /** Segments that an attempt to flush was made for. */
  readonly #attempted = new WeakSet<SealedSegment>();
  /** Resolves when the last flush that was asked for has ended. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: FlushQueueOptions) {
    this.#options = options;
    this.#duckDb = new DuckDb({ spillFolder: options.spillFolder, disabledOptimizers: SLOW_OPTIMIZER });
  }

  /**
   * Flushes the oldest sealed segment of a table after all flushes that were asked for before. Without one, only finds
   * out whether the table can be written to.
   */
  flushOldest(table: StoredTable): Promise<void> {
    const done = this.#last.then(() => this.#flushOldest(table));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Frees DuckDB and removes what it has spilled. No flush may be under way. */
  async close(): Promise<void> {
    this.#duckDb.close();
    await rm(this.#options.spillFolder, { recursive: true, force: true });
  }

  async #flushOldest(table: StoredTable): Promise<void> {
    const before = table.problem;
    try {
      await table.refresh(this.#duckDb);
      await this.#moveOldest(table);
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
    const { rows, rejectedRows } = await flushSegment(this.#duckDb, table, segment, this.#options.onError, isRetry);
    table.removeFlushed(rejectedRows);
    const { snapshot } = table.log;
    if (isCheckpointDue(snapshot)) {
      // The rows are in the table already: readers only take longer without it, and the next commit tries again.
      await writeCheckpoint(snapshot, this.#duckDb).catch(this.#options.onError);
    }
    if (rows > 0) {
      this.#options.onFlush({ fullName: table.fullName, rows, version: snapshot.version });
    }
  }
}
