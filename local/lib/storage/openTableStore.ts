import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import type { TableDefinition } from '../schema/deltaType.ts';
import { tableWriteAheadFolder, writeAheadFolder } from './dataDirectory.ts';
import { declareTables } from './declareTables.ts';
import { findTables } from './findTables.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';
import { StoredTable } from './storedTable.ts';
import { type FlushEvent, TableStore } from './tableStore.ts';
import { TableStoreError } from './tableStoreError.ts';

const mebibyte = 1024 * 1024;

/** Timers of JavaScript can't wait any longer. */
const longestTimerMs = 2 ** 31 - 1;

/** Options of {@link openTableStore}. */
export interface TableStoreOptions {
  /** Folder that holds everything; created where it doesn't exist. */
  readonly dataDir: string;
  /** Tables to serve in addition to those that are in the folder already. */
  readonly tables?: readonly TableDefinition[];
  /** Longest time a row waits in the write-ahead log before it goes into the Delta table, in ms. Default 5000. */
  readonly flushIntervalMs?: number;
  /** Size at which a write-ahead segment is flushed without waiting for the interval, in bytes. Default 64 MiB, at most 1 GiB. */
  readonly segmentBytes?: number;
  /** Told of what goes wrong in the background. Default: a process warning. */
  readonly onError?: (error: Error) => void;
  /** Told of each commit that has brought rows into a Delta table. */
  readonly onFlush?: (event: FlushEvent) => void;
}

/**
 * Opens a data directory: its tables, and the rows that an earlier run, however it ended, has acknowledged but not yet
 * brought into the Delta tables. These are flushed in the background.
 *
 * @throws TableStoreError where another store has the directory open, or where a table is declared with other columns than it has
 */
export async function openTableStore(options: TableStoreOptions): Promise<TableStore> {
  const { flushIntervalMs = 5000, segmentBytes = 64 * mebibyte } = options;
  checkWhole('flushIntervalMs', flushIntervalMs, 1, longestTimerMs);
  checkWhole('segmentBytes', segmentBytes, 1, 1024 * mebibyte);
  const dataDir = resolve(options.dataDir);
  await makeDurableDirectory(dataDir);
  const unlock = await lockDataDirectory(dataDir);
  const onError = options.onError ?? ((error: Error) => process.emitWarning(error));
  const duckDb = new DuckDb();
  let store: TableStore | undefined;
  try {
    await makeDurableDirectory(writeAheadFolder(dataDir));
    const found = await findTables(dataDir, duckDb);
    for (const { snapshot } of found) {
      snapshot.checkWritable();
    }
    const tables: StoredTable[] = [];
    for (const { definition, snapshot } of await declareTables(dataDir, found, options.tables ?? [])) {
      tables.push(
        await StoredTable.open({
          dataDir,
          definition,
          snapshot,
          segmentBytes,
          onError,
          onSegmentSealed: () => store?.flushSealedInBackground(),
        }),
      );
    }
    store = new TableStore({
      tables,
      flushIntervalMs,
      onError,
      onFlush: options.onFlush ?? (() => undefined),
      unlock,
    });
    await reportForgottenRows(dataDir, tables, onError);
    if (tables.some((table) => table.sealedSegments.length > 0)) {
      store.flushSealedInBackground();
    }
    return store;
  } catch (error) {
    unlock();
    throw error;
  } finally {
    duckDb.close();
  }
}

/** Tells of acknowledged rows whose table was deleted or replaced under them. */
async function reportForgottenRows(
  dataDir: string,
  tables: readonly StoredTable[],
  onError: (error: Error) => void,
): Promise<void> {
  const ids = new Set(tables.map((table) => table.id));
  for (const id of await readdir(writeAheadFolder(dataDir))) {
    const folder = tableWriteAheadFolder(dataDir, id);
    if (!ids.has(id) && (await readdir(folder)).length > 0) {
      onError(
        new TableStoreError(`${folder} holds acknowledged rows of a table that is gone: delete it if they can go, too`),
      );
    }
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TableStoreError(`${name} must be a whole number of ${least} to ${most}, not ${value}`);
  }
}
