import { dirname } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { FollowedLog } from '../delta/followedLog.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError, TableStoreError, UnwritableTableError } from '../errors.ts';
import { rejectedFolder, watermarksFile, writeAheadFolder } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { shellQuoted } from '../files/shellQuoted.ts';
import type { FlushTarget } from '../flush/flushTarget.ts';
import { removeTemporaryCommits } from '../flush/removeLeftovers.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { readAcceptedSchema, saveAcceptedSchema } from '../wal/acceptedSchema.ts';
import { GroupCommitLog } from '../wal/groupCommitLog.ts';
import { appIdOf, ensureLogId } from '../wal/logId.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { SegmentWatermarks } from '../wal/segmentWatermarks.ts';
import { noteServedFolder } from '../wal/servedFolder.ts';
import { columnsInUse } from './columnsInUse.ts';
import { columnsOf } from './findTables.ts';
import { recoverWriteAheadLog } from './recoverWriteAheadLog.ts';

/** What DuckDB may take for the rows of a flush. */
const FLUSH_MEMORY_MEBIBYTES = 512;

/** Options of {@link StoredTable.open}. */
export interface StoredTableOptions {
  readonly dataDir: string;
  readonly definition: DeltaTable;
  /** The table's Delta log. */
  readonly snapshot: DeltaSnapshot;
  /** Size at which a write-ahead segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Length of rows in the write-ahead log at which further ones wait, in bytes. */
  readonly maxUnflushedBytes: number;
  /** Called with what is lost or damaged. */
  readonly onError: (error: Error) => void;
  /** Called when the write-ahead log has sealed a segment by itself: it is full, or there is no room for more. */
  readonly onSegmentSealed: () => void;
}

/** One table of a data directory: its Delta log, and the write-ahead log of what is not in it yet. */
export class StoredTable implements FlushTarget {
  readonly fullName: string;
  readonly writeAheadFolder: string;
  readonly rejectedFolder: string;
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
  #definition: DeltaTable;
  /** The schema that the definition was read from; '' before it is known that the rows that wait fit it. */
  #schemaString = '';
  #problem: UnwritableTableError | undefined;
  /** The last failure to read the Delta log; a commit that is just being written may be read half. */
  #readFailure = '';
  #isLimited = true;
  #sealedBytes = 0;
  #acceptedRows = 0;
  #unflushedRows = 0;
  #rejectedRows = 0;

  private constructor(options: StoredTableOptions, log: FollowedLog, recovery: Recovery) {
    this.fullName = fullTableName(options.definition);
    this.writeAheadFolder = recovery.folder;
    this.rejectedFolder = rejectedFolder(recovery.folder);
    this.appId = recovery.appId;
    this.log = log;
    this.id = log.snapshot.metaData.id;
    this.#definition = { ...options.definition, columns: recovery.acceptedColumns };
    this.#dataDir = options.dataDir;
    this.#maxUnflushedBytes = options.maxUnflushedBytes;
    this.#watermarks = recovery.watermarks;
    for (const segment of recovery.segments) {
      this.#addSealed(segment);
      this.#unflushedRows += segment.rows;
    }
    this.#rows = new GroupCommitLog({
      folder: recovery.folder,
      firstSegment: recovery.newest + 1,
      segmentBytes: options.segmentBytes,
      watermarks: recovery.watermarks,
      hasRoom: () => !this.#isLimited || this.unflushedBytes < this.#maxUnflushedBytes,
      onSealed: (segment) => this.#addSealed(segment),
      onSealedUnasked: options.onSegmentSealed,
    });
  }

  /**
   * Opens the table's write-ahead log, and clears up what an earlier run has left: segments that are in the Delta log
   * already, data files that never got into it, and torn ends.
   */
  static async open(options: StoredTableOptions): Promise<StoredTable> {
    const log = await FollowedLog.from(options.snapshot);
    const table = new StoredTable(options, log, await recover(options));
    await table.#follow().catch((error: unknown) => table.refuse(error));
    return table;
  }

  /** The table as rows are accepted for it. */
  get definition(): DeltaTable {
    return this.#definition;
  }

  get columns(): DeltaTable['columns'] {
    return this.#definition.columns;
  }

  /** Why the table takes no rows at present; undefined if it does. */
  get problem(): UnwritableTableError | undefined {
    return this.#problem;
  }

  /** Rows acknowledged since the store was opened. */
  get acceptedRows(): number {
    return this.#acceptedRows;
  }

  /** Rows that are acknowledged, but in the write-ahead log only. */
  get unflushedRows(): number {
    return this.#unflushedRows;
  }

  /** Length of what is in the write-ahead log only, in bytes. */
  get unflushedBytes(): number {
    return this.#sealedBytes + this.#rows.segmentBytes;
  }

  /** Rows acknowledged, and kept apart since the store was opened, because they can't be written to the table. */
  get rejectedRows(): number {
    return this.#rejectedRows;
  }

  /** Rows in the Delta table. */
  get tableRows(): number {
    return this.log.snapshot.rowCount;
  }

  /** Bytes of rows in memory, not yet on the disk. */
  get pendingBytes(): number {
    return this.#rows.pendingBytes;
  }

  /** Resolves once the rows are on the disk. It waits as long as too much is unflushed. */
  async append(rowLines: Buffer, rowCount: number): Promise<void> {
    if (this.#problem !== undefined) {
      throw this.#problem;
    }
    await this.#rows.append(rowLines, rowCount);
    this.#acceptedRows += rowCount;
    this.#unflushedRows += rowCount;
  }

  /** Puts every row appended so far into `sealedSegments`, except for those that wait for room. */
  seal(): Promise<void> {
    return this.#rows.seal();
  }

  /** Books the oldest sealed segment as flushed. */
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
   * Reads what other writers have committed, and takes rows again if the table can be written to.
   *
   * @throws UnwritableTableError if the table can't be written to; it takes no more rows then
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
    await this.#follow().catch((error: unknown) => {
      throw this.refuse(error);
    });
    this.#problem = undefined;
    this.#rows.refuse(undefined);
  }

  /**
   * Takes no more rows until {@link refresh} finds that the table can be written to again: they would be acknowledged
   * into a log that never drains.
   *
   * @returns the error that tells why, and where the rows wait that were acknowledged before
   */
  refuse(cause: unknown): UnwritableTableError {
    const waiting =
      this.#unflushedRows === 0
        ? ''
        : ` ${this.#unflushedRows} acknowledged rows (${this.unflushedBytes} bytes) wait in ${this.writeAheadFolder}: they go ` +
          `into the table once that is mended, and "zerobus-local rescue ${shellQuoted(this.#dataDir)}" exports them.`;
    const problem = new UnwritableTableError(`${this.fullName} takes no records: ${toError(cause).message}${waiting}`, {
      cause,
    });
    this.#problem = problem;
    this.#rows.refuse(problem);
    return problem;
  }

  /** Takes rows beyond the limit: what waits must get to the disk before the store closes. */
  liftLimit(): void {
    this.#isLimited = false;
    this.#rows.retry();
  }

  /** Releases the files. */
  close(): void {
    this.#watermarks.close();
  }

  /**
   * Checks that the accepted rows fit the table as it is in the snapshot.
   *
   * @throws DeltaLogError if they don't, or if the table can't be written to
   */
  check(snapshot: DeltaSnapshot): void {
    snapshot.checkWritable();
    const { tablePath, metaData } = snapshot;
    if (metaData.id !== this.id) {
      throw new DeltaLogError(
        `the table at ${tablePath} was replaced by another one. Restart zerobus-local to serve it, and send the rows that wait for ` +
          'the earlier one again.',
      );
    }
    const problem =
      metaData.schemaString === this.#schemaString ? undefined : schemaChangeProblem(this.columns, columnsOf(snapshot));
    if (problem !== undefined) {
      throw new DeltaLogError(
        `another writer has changed the columns of ${tablePath}: ${problem}, so rows accepted before do not fit. Change them ` +
          `back; or export the rows that wait, delete ${this.writeAheadFolder}, and restart zerobus-local.`,
      );
    }
  }

  /** Checks the table, and serves the columns that other writers have added. */
  async #follow(): Promise<void> {
    const { snapshot } = this.log;
    this.check(snapshot);
    const { schemaString } = snapshot.metaData;
    if (schemaString !== this.#schemaString) {
      const columns = columnsOf(snapshot);
      await saveAcceptedSchema(this.writeAheadFolder, columns);
      this.#definition = { ...this.#definition, columns };
      this.#schemaString = schemaString;
    }
  }

  #addSealed(segment: SealedSegment): void {
    this.sealedSegments.push(segment);
    this.#sealedBytes += segment.bytes;
  }
}

/** What {@link recover} has found. */
interface Recovery {
  readonly folder: string;
  readonly appId: string;
  readonly watermarks: SegmentWatermarks;
  readonly segments: readonly SealedSegment[];
  readonly newest: number;
  /** The columns that the rows in the segments were checked against. */
  readonly acceptedColumns: DeltaTable['columns'];
}

async function recover({ dataDir, definition, snapshot, onError }: StoredTableOptions): Promise<Recovery> {
  const { id } = snapshot.metaData;
  const folder = writeAheadFolder(dataDir, definition, id);
  await makeDurableDirectory(folder);
  const watermarksPath = watermarksFile(dataDir, definition, id);
  await makeDurableDirectory(dirname(watermarksPath));
  await removeTemporaryCommits(snapshot.tablePath);
  const appId = appIdOf(id, await ensureLogId(folder));
  // A full disk must not keep the table from being served.
  await noteServedFolder(folder, snapshot.tablePath).catch(() => undefined);
  const watermarks = new SegmentWatermarks(watermarksPath);
  const recovered = await recoverWriteAheadLog({
    folder,
    rejectedFolder: rejectedFolder(folder),
    snapshot,
    appId,
    watermarks: watermarks.watermarks,
    onLoss: (problem) => onError(new TableStoreError(`${fullTableName(definition)}: ${problem}.`)),
  });
  watermarks.reset(recovered.segments);
  const acceptedColumns = await acceptedColumnsOf(folder, recovered.segments, definition.columns);
  return { ...recovered, folder, appId, watermarks, acceptedColumns };
}

async function acceptedColumnsOf(
  folder: string,
  segments: readonly SealedSegment[],
  present: DeltaTable['columns'],
): Promise<DeltaTable['columns']> {
  const accepted = segments.length > 0 ? await readAcceptedSchema(folder) : undefined;
  if (accepted === undefined || schemaChangeProblem(accepted, present) === undefined) {
    return accepted ?? present;
  }
  return columnsInUse(accepted, segments);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
