import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alteration } from '../delta/commitAlteration.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { FollowedLog } from '../delta/followedLog.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError, TableStoreError, UnwritableTableError } from '../errors.ts';
import { compactionFolder, rejectedFolder } from '../files/dataPaths.ts';
import { shellQuoted } from '../files/shellQuoted.ts';
import type { FlushTarget } from '../flush/flushTarget.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { GroupCommitLog } from '../wal/groupCommitLog.ts';
import type { SealedSegment } from '../wal/segment.ts';
import type { SegmentWatermarks } from '../wal/segmentWatermarks.ts';
import { AcceptedColumns } from './acceptedColumns.ts';
import type { TableRecovery } from './recoverTable.ts';

/** Memory that DuckDB may use for the rows of a flush. */
const FLUSH_MEMORY_MEBIBYTES = 512;

/** A change of a table's columns. */
export type TableChange = Pick<Alteration, 'operation' | 'columns'>;

/** Options of {@link StoredTable}. */
export interface StoredTableParts {
  readonly dataDir: string;
  readonly definition: DeltaTable;
  /** The table's Delta log. */
  readonly log: FollowedLog;
  readonly recovery: TableRecovery;
  /** Size at which a write-ahead segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Length of the rows in the write-ahead log at which further rows wait, in bytes. */
  readonly maxUnflushedBytes: number;
  /**
   * Called when the write-ahead log has sealed a segment on its own because it is full or there is no room for more.
   */
  readonly onSegmentSealed: () => void;
}

/** One table of a data directory: its Delta log, and the write-ahead log of the rows that are not in it yet. */
export class StoredTable implements FlushTarget {
  readonly fullName: string;
  readonly writeAheadFolder: string;
  readonly rejectedFolder: string;
  /** The folder for records of compactions in progress. */
  readonly compactionFolder: string;
  readonly appId: string;
  readonly memoryMebibytes: number = FLUSH_MEMORY_MEBIBYTES;
  readonly log: FollowedLog;
  /** The id in the Delta log. */
  readonly id: string;
  /** Segments to flush, oldest first. */
  readonly sealedSegments: SealedSegment[] = [];
  readonly #rows: GroupCommitLog;
  readonly #watermarks: SegmentWatermarks;
  readonly #dataDir: string;
  readonly #maxUnflushedBytes: number;
  readonly #accepted: AcceptedColumns;
  #problem: TableStoreError | undefined;
  /** The last failure to read the Delta log. While a commit is being written, half of it may be read. */
  #readFailure = '';
  #isLimited = true;
  #sealedBytes = 0;
  #acceptedRows = 0;
  #unflushedRows = 0;
  #rejectedRows = 0;

  constructor(parts: StoredTableParts) {
    const { definition, log, recovery } = parts;
    this.fullName = fullTableName(definition);
    this.writeAheadFolder = recovery.folder;
    this.rejectedFolder = rejectedFolder(recovery.folder);
    this.compactionFolder = compactionFolder(parts.dataDir, definition);
    this.appId = recovery.appId;
    this.log = log;
    this.id = log.snapshot.metaData.id;
    this.#accepted = new AcceptedColumns(
      { ...definition, columns: recovery.acceptedColumns },
      this.id,
      recovery.folder,
    );
    this.#dataDir = parts.dataDir;
    this.#maxUnflushedBytes = parts.maxUnflushedBytes;
    this.#watermarks = recovery.watermarks;
    for (const segment of recovery.segments) {
      this.#addSealed(segment);
      this.#unflushedRows += segment.rows;
    }
    this.#rows = new GroupCommitLog({
      folder: recovery.folder,
      beforeSegment: () => this.#checkFolder(),
      firstSegment: recovery.newest + 1,
      segmentBytes: parts.segmentBytes,
      watermarks: recovery.watermarks,
      hasRoom: () => !this.#isLimited || this.unflushedBytes < this.#maxUnflushedBytes,
      onSealed: (segment) => this.#addSealed(segment),
      onSealedUnasked: parts.onSegmentSealed,
    });
  }

  /** The table with the columns that new rows are checked against. */
  get definition(): DeltaTable {
    return this.#accepted.definition;
  }

  get columns(): DeltaTable['columns'] {
    return this.#accepted.definition.columns;
  }

  /** The columns that the rows of a data file are sorted by. With CLUSTER BY AUTO, they stay in their order. */
  get clusterColumns(): readonly string[] {
    const { clusterColumns = [] } = this.#accepted.definition;
    return clusterColumns === 'auto' ? [] : clusterColumns;
  }

  get partitionColumns(): readonly string[] {
    return this.log.snapshot.partitionColumns;
  }

  /** Why the table accepts no rows at present. Undefined if it accepts them. */
  get problem(): TableStoreError | undefined {
    return this.#problem;
  }

  /** Rows acknowledged since the store was opened. */
  get acceptedRows(): number {
    return this.#acceptedRows;
  }

  /** Rows that are acknowledged but only in the write-ahead log. */
  get unflushedRows(): number {
    return this.#unflushedRows;
  }

  /** Length of the rows that are only in the write-ahead log, in bytes. */
  get unflushedBytes(): number {
    return this.#sealedBytes + this.#rows.segmentBytes;
  }

  /** Acknowledged rows that were set aside since the store was opened because they can't be written to the table. */
  get rejectedRows(): number {
    return this.#rejectedRows;
  }

  /** Rows in the Delta table. */
  get tableRows(): number {
    return this.log.snapshot.rowCount;
  }

  /** Bytes of rows in memory that are not on the disk yet. */
  get pendingBytes(): number {
    return this.#rows.pendingBytes;
  }

  /** Whether further rows wait for a flush, or will when the pending ones are on the disk. */
  get isFull(): boolean {
    return this.#isLimited && this.unflushedBytes + this.pendingBytes >= this.#maxUnflushedBytes;
  }

  /** Resolves when the rows are on the disk. While too many bytes are unflushed, it waits. */
  async append(rowLines: Buffer, rowCount: number): Promise<void> {
    if (this.#problem !== undefined) {
      throw this.#problem;
    }
    try {
      await this.#rows.append(rowLines, rowCount);
    } catch (error) {
      throw error instanceof TableStoreError ? error : this.#diskFailure(error);
    }
    this.#acceptedRows += rowCount;
    this.#unflushedRows += rowCount;
  }

  /** Moves every row appended so far into `sealedSegments`, except for rows that wait for room. */
  seal(): Promise<void> {
    return this.#rows.seal();
  }

  /** Records that the oldest sealed segment was flushed. */
  removeFlushed(rejectedRows: number): void {
    const segment = this.sealedSegments.shift();
    if (segment !== undefined) {
      this.#sealedBytes -= segment.bytes;
      this.#unflushedRows -= segment.rows;
      this.#rejectedRows += rejectedRows;
      this.#watermarks.remove(segment);
    }
    this.#rows.retry();
  }

  /**
   * Reads the commits of other writers, and accepts rows again if the table can be written to.
   *
   * @throws {@link UnwritableTableError} if the table can't be written to. It then accepts no more rows.
   */
  async refresh(duckDb: DuckDb): Promise<void> {
    try {
      await this.log.refresh(duckDb);
    } catch (error) {
      const { message } = toError(error);
      const isLasting = error instanceof DeltaLogError && message === this.#readFailure;
      this.#readFailure = message;
      throw isLasting ? this.refuse(error) : error;
    }
    this.#readFailure = '';
    await this.follow().catch((error: unknown) => {
      throw this.refuse(error);
    });
    this.#problem = undefined;
    this.#rows.refuse(undefined);
  }

  /**
   * Accepts no more rows until {@link refresh} finds that the table can be written to again. They would be acknowledged
   * into a log that never drains.
   *
   * @returns the error that gives the reason and the place of the rows that were acknowledged before. It is an
   * {@link UnwritableTableError} if the table is the reason, rather than the disk.
   */
  refuse(cause: unknown): TableStoreError {
    const waiting =
      this.#unflushedRows === 0
        ? ''
        : ` ${this.#unflushedRows} acknowledged rows (${this.unflushedBytes} bytes) wait in ${this.writeAheadFolder}: they go ` +
          `into the table when that is fixed, and "zerobus-local rescue ${shellQuoted(this.#dataDir)}" exports them.`;
    const { message } = toError(cause);
    const problem =
      cause instanceof DeltaLogError || cause instanceof TableStoreError
        ? new UnwritableTableError(`${this.fullName} takes no records: ${message}${waiting}`, { cause })
        : new TableStoreError(`${this.fullName} takes no records until the disk permits it: ${message}.${waiting}`, {
            cause,
          });
    this.#problem = problem;
    this.#rows.refuse(problem);
    return problem;
  }

  /** Accepts rows beyond the limit: rows that wait must get to the disk before the store closes. */
  liftLimit(): void {
    this.#isLimited = false;
    this.#rows.retry();
  }

  /** Releases the files. */
  close(): void {
    this.#watermarks.close();
  }

  /**
   * Checks that the accepted rows fit the table as of the snapshot.
   *
   * @throws {@link DeltaLogError} if they don't, or if the table can't be written to
   */
  check(snapshot: DeltaSnapshot): void {
    this.#accepted.check(snapshot);
  }

  /**
   * Checks the table, and serves the columns that other writers have added.
   *
   * @throws {@link DeltaLogError} if the accepted rows don't fit, or if the table can't be written to
   */
  follow(): Promise<void> {
    return this.#accepted.follow(this.log.snapshot);
  }

  /**
   * Alters the columns in one commit, and serves them to new streams. The table's log must have been refreshed before.
   *
   * @throws {@link TableDefinitionError} if they can't be altered like that
   * @throws {@link DeltaLogError} if the table can't be written to
   */
  async alter(change: TableChange, duckDb: DuckDb): Promise<void> {
    await this.log.alter({ ...change, check: (snapshot) => this.check(snapshot) }, duckDb);
    await this.follow();
  }

  /**
   * If the whole data directory is gone, its folders are not created again: rows would be acknowledged into a place
   * where no later run looks for them, and the directory could not be moved back.
   */
  async #checkFolder(): Promise<void> {
    if (await exists(this.writeAheadFolder)) {
      return;
    }
    const { tablePath } = this.log.snapshot;
    if (!(await exists(join(tablePath, LOG_FOLDER)))) {
      throw new TableStoreError(
        `${this.#dataDir} is gone, or can't be read. Rows of ${this.fullName} are not acknowledged. Put the folder back, or restart ` +
          'zerobus-local.',
      );
    }
  }

  #diskFailure(cause: unknown): TableStoreError {
    return new TableStoreError(
      `The disk refuses rows of ${this.fullName}: ${toError(cause).message}. They are not acknowledged. Free space, or let this ` +
        `process write to ${this.writeAheadFolder}; it then goes on by itself.`,
      { cause },
    );
  }

  #addSealed(segment: SealedSegment): void {
    this.sealedSegments.push(segment);
    this.#sealedBytes += segment.bytes;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
