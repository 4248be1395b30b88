import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { recordedCompactions } from '../compaction/compactionRecord.ts';
import { removeUnfinished } from '../compaction/removeUnfinished.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError, type UnwritableTableError } from '../errors.ts';
import { spillFolder, writeAheadRoot } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { removeTemporaryFiles } from '../files/removeTemporaryFiles.ts';
import { MAX_TIMER_MS } from '../maxTimerMs.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { adoptEarlierLayout } from './adoptEarlierLayout.ts';
import { adoptMovedLogs } from './adoptMovedLogs.ts';
import { declareTables } from './declareTables.ts';
import { type FoundTable, findTable, findTableNames, findTables } from './findTables.ts';
import type { FlushQueueOptions } from './flushQueue.ts';
import { identifyTables } from './identifiedTable.ts';
import { lockCompactions } from './lockCompactions.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';
import { openFoundTable } from './openFoundTable.ts';
import { reportCopies } from './reportCopies.ts';
import { reportForgottenRows } from './reportForgottenRows.ts';
import { reportUnsyncedFolders } from './reportUnsyncedFolders.ts';
import type { StoredTable } from './storedTable.ts';
import { type BrokenTable, TableStore } from './tableStore.ts';

const MEBIBYTE = 1024 * 1024;
/** The longest time that a row waits in the write-ahead log unless it is given, in ms. */
export const DEFAULT_FLUSH_INTERVAL_MS = 5000;

/** Options of {@link openTableStore}. */
export interface TableStoreOptions {
  /** Directory for everything the store keeps. It is created if it does not exist. */
  readonly dataDir: string;
  /** Tables to serve in addition to those that are already in the directory. */
  readonly tables?: readonly DeltaTable[];
  /**
   * Longest time that a row waits in the write-ahead log before it goes into the Delta table, in ms. Defaults to 5000.
   */
  readonly flushIntervalMs?: number;
  /**
   * Size at which a write-ahead segment is flushed before the interval has passed, in bytes. At most 1 GiB. Defaults to
   * 64 MiB.
   */
  readonly segmentBytes?: number;
  /**
   * Length of the rows in a table's write-ahead log at which further rows wait for a flush, in bytes. Defaults to 1
   * GiB.
   */
  readonly maxUnflushedBytes?: number;
  /**
   * How many small files of a table are merged into one in the background. 0 leaves all files as they are. Defaults to
   * 32.
   */
  readonly optimizeAfterFiles?: number;
  /** Called with each error in the background. Defaults to a process warning. */
  readonly onError?: (error: Error) => void;
  /** Called after each commit that has added rows to a Delta table. */
  readonly onFlush?: FlushQueueOptions['onFlush'];
  /** Called after acknowledged rows were set aside, because they can't be written to their table. */
  readonly onRowsRejected?: FlushQueueOptions['onRowsRejected'];
  /** Called when a table stops accepting rows because another writer has changed it. */
  readonly onUnwritable?: (fullName: string, error: UnwritableTableError) => void;
}

/**
 * Opens a data directory with its tables. Rows that an earlier run has acknowledged but not written to the Delta tables
 * are flushed in the background, however that run ended.
 *
 * A table that can't be read, created or written to is reported, and does not prevent others from being served.
 *
 * @throws {@link TableStoreError} if the directory can't be created, if another store has it open, or if a table is
 * declared with columns that it can't get
 */
export async function openTableStore(options: TableStoreOptions): Promise<TableStore> {
  const {
    flushIntervalMs = DEFAULT_FLUSH_INTERVAL_MS,
    segmentBytes = 64 * MEBIBYTE,
    maxUnflushedBytes = 1024 * MEBIBYTE,
  } = options;
  checkWhole('flushIntervalMs', flushIntervalMs, 1, MAX_TIMER_MS);
  checkWhole('segmentBytes', segmentBytes, 1, 1024 * MEBIBYTE);
  const { optimizeAfterFiles = 32 } = options;
  checkWhole('optimizeAfterFiles', optimizeAfterFiles, 0, Number.MAX_SAFE_INTEGER);
  checkWhole('maxUnflushedBytes', maxUnflushedBytes, 1, Number.MAX_SAFE_INTEGER);
  const dataDir = resolve(options.dataDir);
  await makeDataDirectory(dataDir);
  const unlock = await lockDataDirectory(dataDir);
  const onError = options.onError ?? ((error: Error) => process.emitWarning(error));
  const report = (message: string) => onError(new TableStoreError(message));
  const duckDb = new DuckDb();
  let store: TableStore | undefined;
  try {
    await makeDurableDirectory(writeAheadRoot(dataDir));
    await reportUnsyncedFolders(dataDir, report);
    await rm(spillFolder(dataDir), { recursive: true, force: true });
    await removeTemporaryFiles(dataDir);
    const existing = await findTables(dataDir, duckDb, (folder, error) =>
      reportUnreadableTables(folder, error, report),
    );
    const found = await declareTables(dataDir, existing, options.tables ?? [], { duckDb, report });
    const identified = identifyTables(found);
    await adoptEarlierLayout(dataDir, identified, report);
    await adoptMovedLogs(dataDir, identified, report);
    reportCopies(identified, report);
    const tables: StoredTable[] = [];
    const brokenTables = new Map<string, BrokenTable>();
    const openFound = (table: FoundTable) =>
      openFoundTable(dataDir, table, {
        segmentBytes,
        maxUnflushedBytes,
        onError,
        onSegmentSealed: () => store?.flushSealedInBackground(fullTableName(table.name)),
      });
    for (const table of found) {
      const fullName = fullTableName(table.name);
      try {
        tables.push(await openFound(table));
      } catch (cause) {
        const problem = toError(cause);
        brokenTables.set(fullName.toLowerCase(), { fullName, problem });
        onError(problem);
      }
    }
    await reportForgottenRows(dataDir, tables, [...brokenTables.keys()], report);
    await removeInterruptedCompactions(dataDir, tables, onError);
    store = new TableStore({
      dataDir,
      optimizeAfterFiles,
      tables,
      brokenTables,
      flushIntervalMs,
      onError,
      onFlush: options.onFlush ?? (() => undefined),
      onRowsRejected: options.onRowsRejected ?? (() => undefined),
      onUnwritable: options.onUnwritable ?? (() => undefined),
      spillFolder: spillFolder(dataDir),
      open: async (definition, queueDuckDb) => openFound(await declareTable(dataDir, definition, queueDuckDb, report)),
      unlock,
    });
    return store;
  } catch (error) {
    unlock();
    throw error;
  } finally {
    duckDb.close();
  }
}

/** Creates a table while others are served, or takes the one that is on the disk. */
async function declareTable(
  dataDir: string,
  definition: DeltaTable,
  duckDb: DuckDb,
  report: (message: string) => void,
): Promise<FoundTable> {
  const found: FoundTable[] = [];
  for (const name of await findTableNames(dataDir, () => undefined)) {
    const isSame = fullTableName(name).toLowerCase() === fullTableName(definition).toLowerCase();
    const table = isSame ? await findTable(dataDir, name, duckDb) : undefined;
    found.push(...(table === undefined ? [] : [table]));
  }
  const [table] = await declareTables(dataDir, found, [definition], { duckDb, report });
  return table as FoundTable;
}

/** A table whose files can't be removed now is served all the same. */
async function removeInterruptedCompactions(
  dataDir: string,
  tables: readonly StoredTable[],
  onError: (error: Error) => void,
): Promise<void> {
  for (const { compactionFolder, log } of tables) {
    try {
      if ((await recordedCompactions(compactionFolder)).length > 0) {
        const unlock = await lockCompactions(dataDir);
        try {
          // Without the lock, another process compacts the tables, and the records are its own.
          await (unlock === undefined ? undefined : removeUnfinished(compactionFolder, log.snapshot));
        } finally {
          unlock?.();
        }
      }
    } catch (error) {
      onError(toError(error));
    }
  }
}

async function makeDataDirectory(dataDir: string): Promise<void> {
  try {
    await makeDurableDirectory(dataDir);
  } catch (cause) {
    const reason = toError(cause).message;
    throw new TableStoreError(
      `The data directory ${dataDir} can't be created: ${reason}. Use a directory that this process may write to.`,
      { cause },
    );
  }
}

function reportUnreadableTables(folder: string, error: Error, report: (message: string) => void): void {
  report(
    `The tables in ${folder} can't be served: ${error.message}. Let this process read the folder, or move it out of the data ` +
      'directory, and restart.',
  );
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TableStoreError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
}
