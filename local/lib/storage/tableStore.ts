import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { alterColumns } from '../schema/alterColumns.ts';
import { checkLayout } from '../schema/checkLayout.ts';
import type { ColumnChange } from '../schema/columnChange.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { migrateColumns } from '../schema/migrateColumns.ts';
import { checkDeclaration, checkRescueColumn } from './checkDeclaration.ts';
import { compileFilledColumns } from './checkFilledColumns.ts';
import { FlushQueue, type FlushQueueOptions } from './flushQueue.ts';
import { FlushSchedule } from './flushSchedule.ts';
import type { RowSink } from './rowSink.ts';
import type { StoredTable } from './storedTable.ts';
import { Upkeep } from './upkeep.ts';

/** The current counters of a table. */
export interface TableCounters {
  /** Rows acknowledged since the store was opened. */
  readonly acceptedRows: number;
  /** Acknowledged rows that are not in the Delta table yet. */
  readonly unflushedRows: number;
  /** Length of these rows on the disk, in bytes. */
  readonly unflushedBytes: number;
  /**
   * Acknowledged rows that were set aside since the store was opened because they could not be written to the Delta
   * table.
   */
  readonly rejectedRows: number;
  /** Rows in the Delta table. */
  readonly tableRows: number;
  /** Version of the Delta table. */
  readonly version: number;
}

/** A table that can't be served. */
export interface BrokenTable {
  readonly fullName: string;
  readonly problem: Error;
}

/** Options of {@link TableStore}. */
export interface TableStoreParts extends FlushQueueOptions {
  readonly tables: readonly StoredTable[];
  /** The tables that can't be served, by `catalog.schema.table` in lower case. */
  readonly brokenTables: ReadonlyMap<string, BrokenTable>;
  readonly flushIntervalMs: number;
  readonly dataDir: string;
  /** How many small files of a table are merged into one. 0 if none are. */
  readonly optimizeAfterFiles: number;
  /**
   * Creates a table that is not served, or opens the one that is on the disk.
   *
   * @throws {@link TableDefinitionError} or {@link TableStoreError} if it can't
   */
  readonly open: (definition: DeltaTable, duckDb: DuckDb) => Promise<StoredTable>;
  /** Releases the data directory. */
  readonly unlock: () => void;
}

interface ServedTable {
  readonly stored: StoredTable;
  readonly schedule: FlushSchedule;
}

/**
 * The tables of one data directory. Rows are acknowledged when they are in a table's write-ahead log. From there they
 * go into the Delta table, which readers see, after one flush interval at the latest.
 */
export class TableStore implements RowSink {
  readonly #tables = new Map<string, ServedTable>();
  readonly #parts: TableStoreParts;
  readonly #flushQueue: FlushQueue;
  readonly #upkeep: Upkeep;
  readonly #brokenTables: Map<string, BrokenTable>;
  /** Resolves when the last declaration has ended. */
  #declaring: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: TableStoreParts) {
    this.#parts = parts;
    this.#flushQueue = new FlushQueue(parts);
    this.#upkeep = new Upkeep({ ...parts, flushQueue: this.#flushQueue });
    this.#brokenTables = new Map(parts.brokenTables);
    for (const stored of parts.tables) {
      this.#serve(stored);
    }
  }

  /** The definitions of the tables that were declared when the store was opened, and of those found on the disk. */
  get tables(): readonly DeltaTable[] {
    return Array.from(this.#tables.values(), ({ stored }) => stored.definition);
  }

  /** The tables that can't be served. */
  get brokenTables(): readonly BrokenTable[] {
    return [...this.#brokenTables.values()];
  }

  /** Bytes of row lines, of one table or of all, that are not on the disk yet. They are held in memory. */
  pendingBytes(fullName?: string): number {
    return this.#select(fullName).reduce((sum, { stored }) => sum + stored.pendingBytes, 0);
  }

  /** The definition of a table. Undefined if it is not served. */
  definition(fullName: string): DeltaTable | undefined {
    return this.#tables.get(fullName.toLowerCase())?.stored.definition;
  }

  /** Why a table accepts no rows at present. Undefined if it accepts them, or if there is no such table. */
  problem(fullName: string): Error | undefined {
    const key = fullName.toLowerCase();
    return this.#tables.get(key)?.stored.problem ?? this.#brokenTables.get(key)?.problem;
  }

  /** Whether further rows of a table wait for a flush, because too many are not in the Delta table yet. */
  isFull(fullName: string): boolean {
    return this.#table(fullName).stored.isFull;
  }

  /** The GUID of a table according to its Delta log. */
  tableId(fullName: string): string {
    return this.#table(fullName).stored.id;
  }

  /** Absolute path of the table's root folder, which a Delta reader opens. */
  tablePath(fullName: string): string {
    return this.#table(fullName).stored.log.snapshot.tablePath;
  }

  /** A table as of the newest commit that was read or made. It changes with the next one. */
  snapshot(fullName: string): DeltaSnapshot {
    return this.#table(fullName).stored.log.snapshot;
  }

  /** Reads the commits of other writers to a table. If it can't be written to any more, its problem says so. */
  async refresh(fullName: string): Promise<void> {
    const { stored } = this.#table(fullName);
    if (this.#closing === undefined && !(await stored.log.isCurrent().catch(() => false))) {
      await this.#flushQueue.refresh(stored).catch(() => undefined);
    }
  }

  /** The current counters of a table. */
  counters(fullName: string): TableCounters {
    const { stored } = this.#table(fullName);
    const { acceptedRows, unflushedRows, unflushedBytes, rejectedRows, tableRows } = stored;
    const { version } = stored.log.snapshot;
    return { acceptedRows, unflushedRows, unflushedBytes, rejectedRows, tableRows, version };
  }

  append(fullName: string, rowLines: Buffer, rowCount: number): Promise<void> {
    if (this.#closing !== undefined) {
      return Promise.reject(closed());
    }
    const table = this.#tables.get(fullName.toLowerCase());
    if (table === undefined) {
      return Promise.reject(this.problem(fullName) ?? unknownTable(fullName));
    }
    if (rowCount === 0) {
      return Promise.resolve();
    }
    if (rowLines.at(-1) !== 0x0a) {
      return Promise.reject(new TableStoreError('Row lines must end with a newline.'));
    }
    table.schedule.start();
    return table.stored.append(rowLines, rowCount);
  }

  /**
   * Moves every acknowledged row into its Delta table.
   *
   * @param fullName flushes this table. Defaults to all tables.
   * @throws the first error. The rows then stay in the write-ahead log, and the flush is tried again later.
   */
  flush(fullName?: string): Promise<void> {
    return this.#closing ?? this.#flush(fullName);
  }

  /** Flushes those of the tables that are served. Another program may ask for others. */
  async flushServed(fullNames: readonly string[]): Promise<void> {
    const served = fullNames.filter((fullName) => this.definition(fullName) !== undefined);
    await Promise.all(served.map((fullName) => this.flush(fullName)));
  }

  /**
   * Alters the columns of a table in one commit of its Delta log. Rows that wait have NULL in a column that is added.
   *
   * @returns the table with its new columns
   * @throws {@link TableStoreError} if there is no such table, or if it can't be written to
   * @throws {@link TableDefinitionError} if it can't be altered like that
   */
  async alter(fullName: string, changes: readonly ColumnChange[]): Promise<DeltaTable> {
    if (this.#closing !== undefined) {
      throw closed();
    }
    const { stored } = this.#table(fullName);
    await this.#flushQueue.alter(stored, {
      operation: changes[0]?.kind === 'add' ? 'ADD COLUMNS' : 'CHANGE COLUMN',
      columns: (present) => alterColumns(present, changes),
    });
    return stored.definition;
  }

  /**
   * Creates tables while the store is open, and serves them at once. A table that exists gets the nullable columns and
   * struct fields that only its declaration has, as when the store is opened.
   *
   * @throws {@link TableDefinitionError} if a new table can't be made as declared
   * @throws {@link TableStoreError} if a table exists and can't become what its declaration says, or if the disk
   * refuses it. Nothing is changed then, unless the disk refuses a table that is not the first.
   */
  declare(definitions: readonly DeltaTable[]): Promise<void> {
    if (this.#closing !== undefined) {
      return Promise.reject(closed());
    }
    const declared = this.#declaring.then(() => this.#declare(definitions));
    this.#declaring = declared.catch(() => undefined);
    return declared;
  }

  async #declare(definitions: readonly DeltaTable[]): Promise<void> {
    for (const definition of definitions) {
      const fullName = fullTableName(definition);
      if (this.definition(fullName) !== undefined) {
        await this.refresh(fullName);
      }
      this.checkDeclared(definition);
    }
    for (const definition of definitions) {
      const served = this.#tables.get(fullTableName(definition).toLowerCase());
      if (served === undefined) {
        this.#serve(await this.#flushQueue.run((duckDb) => this.#parts.open(definition, duckDb)));
      } else {
        checkDeclaration(this.#parts.dataDir, definition, served.stored.definition);
        await this.#flushQueue.alter(served.stored, {
          operation: 'ADD COLUMNS',
          columns: (present) => migrateColumns(present, definition.columns).columns,
        });
      }
    }
  }

  /**
   * Checks a declaration, apart from what only DuckDB knows: whether the defaults can be computed.
   *
   * @throws like {@link declare}
   */
  checkDeclared(definition: DeltaTable): void {
    const existing = this.definition(fullTableName(definition));
    if (existing !== undefined) {
      checkDeclaration(this.#parts.dataDir, definition, existing);
      return;
    }
    checkLayout(definition);
    checkRescueColumn(definition, definition.columns);
    compileFilledColumns(definition);
  }

  #serve(stored: StoredTable): void {
    const { flushIntervalMs, onError } = this.#parts;
    const flushOldest = async (table: StoredTable) => {
      await this.#flushQueue.flushOldest(table);
      this.#upkeep.notice(table);
    };
    const schedule = new FlushSchedule({ table: stored, flushIntervalMs, flushOldest, onError });
    const key = stored.fullName.toLowerCase();
    this.#tables.set(key, { stored, schedule });
    this.#brokenTables.delete(key);
    if (stored.problem !== undefined || stored.sealedSegments.length > 0) {
      schedule.flushSealed();
    }
    this.#upkeep.notice(stored);
  }

  /** Lets rows that wait for room go to the disk. Call it before you wait for the last appends. */
  liftLimits(): void {
    for (const { stored } of this.#tables.values()) {
      stored.liftLimit();
    }
  }

  /**
   * Flushes, then releases everything. Further calls do nothing more.
   *
   * @throws if the last flush fails. The rows then stay in the write-ahead log for the next run.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#declaring;
      this.liftLimits();
      await this.#flush();
    } finally {
      for (const { stored, schedule } of this.#tables.values()) {
        await schedule.stop();
        stored.close();
      }
      await this.#upkeep.stop();
      await this.#flushQueue.close();
      this.#parts.unlock();
    }
  }

  /**
   * A table that fails does not prevent the others from being flushed. One without rows to flush does not fail all
   * tables.
   */
  async #flush(fullName?: string): Promise<void> {
    const tables = this.#select(fullName);
    const results = await Promise.allSettled(tables.map(({ schedule }) => schedule.flush()));
    const failures = results.filter(
      (result, index): result is PromiseRejectedResult =>
        result.status === 'rejected' && (fullName !== undefined || (tables[index]?.stored.unflushedRows ?? 0) > 0),
    );
    if (failures[0] !== undefined) {
      throw failures[0].reason;
    }
  }

  /** Flushes the segments of a table that are already sealed, in the background. */
  flushSealedInBackground(fullName: string): void {
    this.#table(fullName).schedule.flushSealed();
  }

  #select(fullName: string | undefined): readonly ServedTable[] {
    return fullName === undefined ? [...this.#tables.values()] : [this.#table(fullName)];
  }

  #table(fullName: string): ServedTable {
    const table = this.#tables.get(fullName.toLowerCase());
    if (table === undefined) {
      throw unknownTable(fullName);
    }
    return table;
  }
}

function closed(): TableStoreError {
  return new TableStoreError('The table store is closed: open it again.');
}

function unknownTable(fullName: string): TableStoreError {
  return new TableStoreError(`There is no table ${fullName}: declare it when you open the store.`);
}
