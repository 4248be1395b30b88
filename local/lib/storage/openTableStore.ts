import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError, type UnwritableTableError } from '../errors.ts';
import { spillFolder, writeAheadFolder } from '../files/dataFolders.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { removeTemporaryLogFiles } from '../flush/removeLeftovers.ts';
import { LONGEST_TIMER_MS } from '../longestTimerMs.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { adoptEarlierLayout, adoptMovedLogs, type IdentifiedTable } from './adoptLogs.ts';
import { declareTables } from './declareTables.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';
import { reportCopies, reportForgottenRows } from './reportLogs.ts';
import { StoredTable } from './storedTable.ts';
import { type FlushEvent, TableStore } from './tableStore.ts';

const MEBIBYTE = 1024 * 1024;

/** Options of {@link openTableStore}. */
export interface TableStoreOptions {
  /** Folder that holds everything; created if it doesn't exist. */
  readonly dataDir: string;
  /** Tables to serve in addition to those that are in the folder already. */
  readonly tables?: readonly DeltaTable[];
  /** Longest time a row waits in the write-ahead log before it goes into the Delta table, in ms. Default 5000. */
  readonly flushIntervalMs?: number;
  /**
   * Size at which a write-ahead segment is flushed without waiting for the interval, in bytes. Default 64 MiB, at most
   * 1 GiB.
   */
  readonly segmentBytes?: number;
  /** Length of rows in a table's write-ahead log at which further rows wait for the flush, in bytes. Default 1 GiB. */
  readonly maxUnflushedBytes?: number;
  /** Called with what goes wrong in the background. Default: a process warning. */
  readonly onError?: (error: Error) => void;
  /** Called with each commit that has brought rows into a Delta table. */
  readonly onFlush?: (event: FlushEvent) => void;
  /** Called when a table takes no more rows, since another writer has changed it. */
  readonly onUnwritable?: (fullName: string, error: UnwritableTableError) => void;
}

/**
 * Opens a data directory: its tables, and the rows that an earlier run, however it ended, has acknowledged but not yet
 * brought into the Delta tables. These are flushed in the background.
 *
 * A table that can't be read or written to is reported, and keeps no other from being served.
 *
 * @throws TableStoreError if another store has the directory open, or if a table is declared with other columns than it
 * has
 */
export async function openTableStore(options: TableStoreOptions): Promise<TableStore> {
  const { flushIntervalMs = 5000, segmentBytes = 64 * MEBIBYTE, maxUnflushedBytes = 1024 * MEBIBYTE } = options;
  checkWhole('flushIntervalMs', flushIntervalMs, 1, LONGEST_TIMER_MS);
  checkWhole('segmentBytes', segmentBytes, 1, 1024 * MEBIBYTE);
  checkWhole('maxUnflushedBytes', maxUnflushedBytes, 1, Number.MAX_SAFE_INTEGER);
  const dataDir = resolve(options.dataDir);
  await makeDurableDirectory(dataDir);
  const unlock = await lockDataDirectory(dataDir);
  const onError = options.onError ?? ((error: Error) => process.emitWarning(error));
  const report = (message: string) => onError(new TableStoreError(`${message}.`));
  const duckDb = new DuckDb();
  let store: TableStore | undefined;
  try {
    await makeDurableDirectory(writeAheadFolder(dataDir));
    await rm(spillFolder(dataDir), { recursive: true, force: true });
    await removeTemporaryLogFiles(dataDir);
    const found = await declareTables(dataDir, await findTables(dataDir, duckDb), options.tables ?? []);
    const identified = found.map(identify).filter((table) => table !== undefined);
    await adoptEarlierLayout(dataDir, identified, report);
    await adoptMovedLogs(dataDir, identified, report);
    reportCopies(identified, report);
    const tables: StoredTable[] = [];
    const brokenTables = new Map<string, Error>();
    for (const { name, definition, snapshot, problem } of found) {
      const fullName = fullTableName(name);
      try {
        if (definition === undefined || snapshot === undefined) {
          throw problem;
        }
        const onSegmentSealed = () => store?.flushSealedInBackground(fullName);
        const limits = { segmentBytes, maxUnflushedBytes };
        tables.push(await StoredTable.open({ dataDir, definition, snapshot, ...limits, onError, onSegmentSealed }));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const error = new TableStoreError(`${fullName} can't be served: ${reason}`, { cause });
        brokenTables.set(fullName.toLowerCase(), error);
        onError(error);
      }
    }
    await reportForgottenRows(dataDir, tables, report);
    store = new TableStore({
      tables,
      brokenTables,
      flushIntervalMs,
      onError,
      onFlush: options.onFlush ?? (() => undefined),
      onUnwritable: options.onUnwritable ?? (() => undefined),
      spillFolder: spillFolder(dataDir),
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

function identify({ name, snapshot, definition }: FoundTable): IdentifiedTable | undefined {
  return snapshot === undefined || definition === undefined
    ? undefined
    : {
        name,
        id: snapshot.metaData.id,
        snapshot,
      };
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TableStoreError(`${name} must be a whole number of ${least} to ${most}, not ${value}.`);
  }
}
