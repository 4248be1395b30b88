import { isCheckpointDue, writeCheckpoint } from '../delta/writeCheckpoint.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import type { TableDefinition } from '../schema/deltaType.ts';
import { flushSegment } from './flushSegment.ts';
import type { RowSink } from './rowSink.ts';
import type { StoredTable } from './storedTable.ts';
import { TableStoreError } from './tableStoreError.ts';

/** What a table holds at the moment. */
export interface TableCounters {
  /** Rows acknowledged since the store was opened. */
  readonly acceptedRows: number;
  /** Rows acknowledged that are not in the Delta table yet. */
  readonly unflushedRows: number;
  /** Length of these rows on the disk, in bytes. */
  readonly unflushedBytes: number;
  /** Rows in the Delta table. */
  readonly tableRows: number;
  /** Version of the Delta table. */
  readonly version: number;
}

/** Tells of rows that have come into a Delta table. */
export interface FlushEvent {
  /** `catalog.schema.table` */
  readonly fullName: string;
  /** Rows added by the commit. */
  readonly rows: number;
  /** Version of the Delta table that holds them. */
  readonly version: number;
}

/** What a {@link TableStore} is made of. */
export interface TableStoreParts {
  readonly tables: readonly StoredTable[];
  readonly flushIntervalMs: number;
  readonly onError: (error: Error) => void;
  readonly onFlush: (event: FlushEvent) => void;
  /** Releases the data directory. */
  readonly unlock: () => void;
}

/** Longest wait before a failed flush is tried again. */
const longestRetryMs = 60_000;

/**
 * The tables of one data directory. Rows are acknowledged when they are in a table's write-ahead log; from there they go
 * into the Delta table, where readers see them, at the latest one flush interval later.
 */
export class TableStore implements RowSink {
  readonly #tables = new Map<string, StoredTable>();
  readonly #parts: TableStoreParts;
  readonly #duckDb = new DuckDb();
  #timer: NodeJS.Timeout | undefined;
  #retryMs: number;
  /** The end of the queue of flushes. */
  #flushQueue: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: TableStoreParts) {
    this.#parts = parts;
    this.#retryMs = parts.flushIntervalMs;
    for (const table of parts.tables) {
      this.#tables.set(table.fullName.toLowerCase(), table);
    }
  }

  /** The tables' definitions: those declared when the store was opened, and those found on the disk. */
  get tables(): readonly TableDefinition[] {
    return Array.from(this.#tables.values(), (table) => table.definition);
  }

  /** Bytes of row lines handed in that are not on the disk yet; they are held in memory. Of one table, or of all. */
  pendingBytes(fullName?: string): number {
    return this.#select(fullName).reduce((sum, table) => sum + table.pendingBytes, 0);
  }

  /** A table's GUID, as its Delta log has it. */
  tableId(fullName: string): string {
    return this.#table(fullName).id;
  }

  /** Absolute path of the table's root folder, which a Delta reader is pointed at. */
  tablePath(fullName: string): string {
    return this.#table(fullName).snapshot.tablePath;
  }

  /** What a table holds at the moment. */
  counters(fullName: string): TableCounters {
    const { acceptedRows, unflushedRows, unflushedBytes, tableRows, snapshot } = this.#table(fullName);
    return { acceptedRows, unflushedRows, unflushedBytes, tableRows, version: snapshot.version };
  }

  append(fullName: string, rowLines: Buffer, rowCount: number): Promise<void> {
    if (this.#closing !== undefined) {
      return Promise.reject(new TableStoreError('the table store is closed'));
    }
    const table = this.#tables.get(fullName.toLowerCase());
    if (table === undefined) {
      return Promise.reject(unknownTable(fullName));
    }
    if (rowCount === 0) {
      return Promise.resolve();
    }
    if (rowLines.at(-1) !== 0x0a) {
      return Promise.reject(new TableStoreError('row lines must end with a newline'));
    }
    this.#armTimer(this.#parts.flushIntervalMs);
    return table.append(rowLines, rowCount);
  }

  /**
   * Moves every row appended before this call into its Delta table.
   *
   * @param fullName of one table; default all
   * @throws the first error; the rows then stay in the write-ahead log, and the flush is tried again later
   */
  flush(fullName?: string): Promise<void> {
    return this.#closing ?? this.#flush(fullName);
  }

  /**
   * Flushes, then releases everything; calling it again does nothing more.
   *
   * @throws where the last flush fails; the rows then stay in the write-ahead log for the next run
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      clearTimeout(this.#timer);
      this.#duckDb.close();
      this.#parts.unlock();
    }
  }

  async #flush(fullName?: string): Promise<void> {
    const tables = this.#select(fullName);
    await this.#enqueue(() => this.#sealAndFlush(tables));
  }

  /** Flushes the segments that are sealed already, without waiting for it. */
  flushSealedInBackground(): void {
    this.#watch(this.#enqueue(() => this.#flushTables(this.#select(undefined))));
  }

  /** Flushes after a while; a timer that is running already is left alone. */
  #armTimer(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      const flushed = this.#enqueue(() => {
        this.#timer = undefined;
        return this.#sealAndFlush(this.#select(undefined));
      });
      this.#watch(flushed);
    }, delayMs);
  }

  /** Reports a failure of a flush that nobody waits for, and tries again, later each time. */
  #watch(flushed: Promise<void>): void {
    flushed.then(
      () => {
        this.#retryMs = this.#parts.flushIntervalMs;
      },
      (error: unknown) => {
        this.#parts.onError(toError(error));
        if (this.#closing === undefined) {
          this.#retryMs = Math.min(longestRetryMs, Math.max(1000, this.#retryMs * 2));
          this.#armTimer(this.#retryMs);
        }
      },
    );
  }

  /** Runs the task after those before it: they share one DuckDB. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#flushQueue.then(task);
    this.#flushQueue = done.catch(() => undefined);
    return done;
  }

  /**
   * Seals when it is this flush's turn: where flushes take longer than the interval, rows gather in one segment instead of in
   * ever more small ones.
   */
  async #sealAndFlush(tables: readonly StoredTable[]): Promise<void> {
    await Promise.all(tables.map((table) => table.seal()));
    await this.#flushTables(tables);
  }

  /** Flushes what is sealed; a table that fails does not keep the others from it. */
  async #flushTables(tables: readonly StoredTable[]): Promise<void> {
    const errors: unknown[] = [];
    for (const table of tables) {
      await this.#flushTable(table).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) {
      throw errors[0];
    }
  }

  async #flushTable(table: StoredTable): Promise<void> {
    // Only what is sealed by now: a table that takes rows faster than they are flushed must leave the others their turn.
    for (let left = table.sealedSegments.length; left > 0; left -= 1) {
      await this.#flushOldest(table);
    }
  }

  async #flushOldest(table: StoredTable): Promise<void> {
    const [segment] = table.sealedSegments;
    if (segment === undefined) {
      return;
    }
    const rows = await flushSegment(this.#duckDb, table, segment, this.#parts.onError);
    table.removeFlushed();
    if (isCheckpointDue(table.snapshot)) {
      // The rows are in the table already: readers only take longer without it, and the next commit tries again.
      await writeCheckpoint(table.snapshot, this.#duckDb).catch((error: unknown) =>
        this.#parts.onError(toError(error)),
      );
    }
    if (rows > 0) {
      this.#parts.onFlush({ fullName: table.fullName, rows, version: table.snapshot.version });
    }
  }

  #select(fullName: string | undefined): readonly StoredTable[] {
    return fullName === undefined ? [...this.#tables.values()] : [this.#table(fullName)];
  }

  #table(fullName: string): StoredTable {
    const table = this.#tables.get(fullName.toLowerCase());
    if (table === undefined) {
      throw unknownTable(fullName);
    }
    return table;
  }
}

function unknownTable(fullName: string): TableStoreError {
  return new TableStoreError(`there is no table ${fullName}`);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
