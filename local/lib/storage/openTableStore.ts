import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createDeltaTable } from '../delta/createDeltaTable.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import { fullTableName, type TableDefinition } from '../schema/deltaType.ts';
import { tableFolder, tableWriteAheadFolder, writeAheadFolder } from './dataDirectory.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';
import { StoredTable } from './storedTable.ts';
import { type FlushEvent, TableStore } from './tableStore.ts';
import { TableStoreError } from './tableStoreError.ts';

/** Options of {@link openTableStore}. */
export interface TableStoreOptions {
  /** Folder that holds everything; created where it doesn't exist. */
  readonly dataDir: string;
  /** Tables to serve in addition to those that are in the folder already. */
  readonly tables?: readonly TableDefinition[];
  /** Longest time a row waits in the write-ahead log before it goes into the Delta table, in ms. Default 5000. */
  readonly flushIntervalMs?: number;
  /** Size at which a write-ahead segment is flushed without waiting for the interval, in bytes. Default 64 MiB. */
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
  const dataDir = resolve(options.dataDir);
  await makeDurableDirectory(dataDir);
  const unlock = await lockDataDirectory(dataDir);
  const onError = options.onError ?? ((error: Error) => process.emitWarning(error));
  const duckDb = new DuckDb();
  let store: TableStore | undefined;
  try {
    await makeDurableDirectory(writeAheadFolder(dataDir));
    const found = await findTables(dataDir, duckDb);
    const tables: StoredTable[] = [];
    for (const { definition, snapshot } of await declareTables(dataDir, found, options.tables ?? [])) {
      tables.push(
        await StoredTable.open({
          dataDir,
          definition,
          snapshot,
          segmentBytes: options.segmentBytes ?? 64 * 1024 * 1024,
          onError,
          onSegmentSealed: () => store?.flushSealedInBackground(),
        }),
      );
    }
    store = new TableStore({
      tables,
      flushIntervalMs: options.flushIntervalMs ?? 5000,
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

/** The tables that are there, and those that are declared and therefore created. */
async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly TableDefinition[],
): Promise<readonly FoundTable[]> {
  const tables = new Map(found.map((table) => [fullTableName(table.definition).toLowerCase(), table]));
  for (const { snapshot } of found) {
    snapshot.checkWritable();
  }
  for (const definition of declared) {
    const key = fullTableName(definition).toLowerCase();
    const existing = tables.get(key);
    if (existing === undefined) {
      const snapshot = await createDeltaTable(tableFolder(dataDir, definition), definition);
      tables.set(key, { definition, snapshot });
    } else if (deltaSchemaJson(existing.definition.columns) !== deltaSchemaJson(definition.columns)) {
      throw new TableStoreError(
        `${fullTableName(definition)} is already in ${dataDir}, with other columns than declared now: ` +
          `declare it as it is, give it another name, or delete ${existing.snapshot.tablePath} to start anew`,
      );
    }
  }
  return [...tables.values()];
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
