import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { fullTableName, type TableDefinition } from '../schema/deltaType.ts';
import { rejectedFolder, tableWriteAheadFolder } from './dataDirectory.ts';
import type { FlushTarget } from './flushSegment.ts';
import { GroupCommitLog } from './groupCommitLog.ts';
import { keepDamagedRows } from './keepDamagedRows.ts';
import { recoverSegments } from './recoverSegments.ts';
import { removeLeftovers } from './removeLeftovers.ts';
import type { SealedSegment } from './segment.ts';
import { TableStoreError } from './tableStoreError.ts';

/** What a stored table needs to know. */
export interface StoredTableOptions {
  readonly dataDir: string;
  readonly definition: TableDefinition;
  /** The table's Delta log. */
  readonly snapshot: DeltaSnapshot;
  /** Size at which a write-ahead segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Told of what was found damaged. */
  readonly onError: (error: Error) => void;
  /** Called when the write-ahead log has sealed a segment by itself, as it is full: it can be flushed. */
  readonly onSegmentSealed: () => void;
}

/** One table of a data directory: its Delta log, and the write-ahead log of what is not in it yet. */
export class StoredTable implements FlushTarget {
  readonly definition: TableDefinition;
  readonly fullName: string;
  readonly snapshot: DeltaSnapshot;
  readonly appId: string;
  readonly rejectedFolder: string;
  /** Segments to flush, oldest first. */
  readonly sealedSegments: SealedSegment[] = [];
  readonly #log: GroupCommitLog;
  #acceptedRows = 0;
  #unflushedRows = 0;

  private constructor(
    options: StoredTableOptions,
    folder: string,
    firstSegment: number,
    recovered: readonly SealedSegment[],
  ) {
    this.definition = options.definition;
    this.fullName = fullTableName(options.definition);
    this.snapshot = options.snapshot;
    this.appId = appIdOf(options.snapshot);
    this.rejectedFolder = rejectedFolder(options.dataDir, options.snapshot.metaData.id);
    this.sealedSegments.push(...recovered);
    this.#unflushedRows = recovered.reduce((sum, segment) => sum + segment.rows, 0);
    this.#log = new GroupCommitLog({
      folder,
      firstSegment,
      segmentBytes: options.segmentBytes,
      onSealed: (segment) => this.sealedSegments.push(segment),
      onSealedUnasked: options.onSegmentSealed,
    });
  }

  /**
   * Opens the table's write-ahead log, and clears up what an earlier run has left: segments that are in the Delta log
   * already, data files that never got into it, and torn ends.
   */
  static async open(options: StoredTableOptions): Promise<StoredTable> {
    const { dataDir, snapshot } = options;
    const folder = tableWriteAheadFolder(dataDir, snapshot.metaData.id);
    await makeDurableDirectory(folder);
    const committed = snapshot.transactionVersion(appIdOf(snapshot));
    await removeLeftovers(snapshot.tablePath, folder, committed);
    const { segments, newest } = await recoverSegments(folder, committed, async (damaged, number) => {
      const path = await keepDamagedRows(rejectedFolder(dataDir, snapshot.metaData.id), number, damaged);
      options.onError(
        new TableStoreError(
          `the write-ahead log of ${fullTableName(options.definition)} is damaged: the disk has changed ${damaged.length} bytes of ` +
            `acknowledged rows. They are kept in ${path}; the rows before and after them are intact`,
        ),
      );
    });
    return new StoredTable(options, folder, newest + 1, segments);
  }

  /** The GUID in the Delta log. */
  get id(): string {
    return this.snapshot.metaData.id;
  }

  get columns(): TableDefinition['columns'] {
    return this.definition.columns;
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
    return this.sealedSegments.reduce((sum, segment) => sum + segment.bytes, this.#log.segmentBytes);
  }

  /** Rows in the Delta table. */
  get tableRows(): number {
    return this.snapshot.rowCount;
  }

  /** Bytes of rows in memory, not yet on the disk. */
  get pendingBytes(): number {
    return this.#log.pendingBytes;
  }

  /** Resolves once the rows are on the disk. */
  async append(rowLines: Buffer, rowCount: number): Promise<void> {
    await this.#log.append(rowLines, rowCount);
    this.#acceptedRows += rowCount;
    this.#unflushedRows += rowCount;
  }

  /** Puts every row appended so far into `sealedSegments`. */
  seal(): Promise<void> {
    return this.#log.seal();
  }

  /** Books the oldest sealed segment as flushed. */
  removeFlushed(): void {
    const segment = this.sealedSegments.shift();
    this.#unflushedRows -= segment?.rows ?? 0;
  }
}

function appIdOf(snapshot: DeltaSnapshot): string {
  return `zerobus-local/${snapshot.metaData.id}`;
}
