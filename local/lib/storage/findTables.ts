import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { readDeltaLog } from '../delta/readDeltaLog.ts';
import { tableOf } from '../delta/tableMetadata.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { type TableName, tableFolder, tablesRoot } from '../files/dataPaths.ts';
import { type OnUnreadable, subfolders } from '../files/subfolders.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import { toError } from '../toError.ts';

/** A table on the disk. */
export interface FoundTable {
  readonly name: TableName;
  /** Undefined if the log or its schema can't be read. */
  readonly definition: DeltaTable | undefined;
  /** Undefined if the log can't be read. */
  readonly snapshot: DeltaSnapshot | undefined;
  /** Why the table can't be read; undefined if it can. */
  readonly problem: Error | undefined;
  /** Whether there is a log folder without any version, which is then the problem. */
  readonly isEmpty: boolean;
}

/**
 * Finds the Delta tables of a data directory. It takes no lock, as a log can be read while it is written. A table that
 * can't be read is returned with its problem, and does not prevent others from being found.
 *
 * @param onUnreadable called with each folder that can't be listed, and may hold tables
 */
export async function findTables(
  dataDir: string,
  duckDb: DuckDb,
  onUnreadable: OnUnreadable,
): Promise<readonly FoundTable[]> {
  const tables: FoundTable[] = [];
  for (const name of await findTableNames(dataDir, onUnreadable)) {
    const table = await findTable(dataDir, name, duckDb);
    if (table !== undefined) {
      tables.push(table);
    }
  }
  return tables;
}

/**
 * The names of the folders of a data directory that are in the places of tables. Some may hold none.
 *
 * @param onUnreadable called with each folder that can't be listed, and may hold tables
 */
export async function findTableNames(dataDir: string, onUnreadable: OnUnreadable): Promise<readonly TableName[]> {
  const names: TableName[] = [];
  const root = tablesRoot(dataDir);
  for (const catalog of await subfolders(root, onUnreadable)) {
    for (const schema of await subfolders(join(root, catalog), onUnreadable)) {
      for (const name of await subfolders(join(root, catalog, schema), onUnreadable)) {
        names.push({ catalog, schema, name });
      }
    }
  }
  return names;
}

/** Reads the table in the folder of that name. Undefined if there is none. */
export async function findTable(dataDir: string, name: TableName, duckDb: DuckDb): Promise<FoundTable | undefined> {
  const tablePath = tableFolder(dataDir, name);
  let snapshot: DeltaSnapshot | undefined;
  let definition: DeltaTable | undefined;
  let problem: Error | undefined;
  try {
    snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      const isEmpty = await isFolder(join(tablePath, LOG_FOLDER));
      return isEmpty ? { name, definition, snapshot, problem: emptyLogProblem(tablePath), isEmpty } : undefined;
    }
    checkTableId(snapshot);
    definition = tableOf(name, snapshot, columnsOf(snapshot));
    snapshot.checkReadable();
  } catch (error) {
    problem = error instanceof DeltaLogError ? error : unreadableLogProblem(tablePath, error);
  }
  return { name, definition, snapshot, problem, isEmpty: false };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function emptyLogProblem(tablePath: string): DeltaLogError {
  return new DeltaLogError(
    `The Delta log of ${tablePath} is empty. Restore it from a copy; or move the folder away, and declare the table again.`,
  );
}

function unreadableLogProblem(tablePath: string, cause: unknown): DeltaLogError {
  return new DeltaLogError(
    `The Delta log of ${tablePath} can't be read: ${toError(cause).message}. Let this process read the folder and all files ` +
      'in it, or move the folder out of the data directory.',
    { cause },
  );
}

/** The columns of a table according to its log. */
export function columnsOf({ tablePath, metaData }: DeltaSnapshot): DeltaTable['columns'] {
  let columns: DeltaTable['columns'];
  try {
    columns = parseDeltaSchema(metaData.schemaString);
  } catch (cause) {
    throw unreadableColumns(tablePath, toError(cause).message, cause);
  }
  const problem = namesProblem(columns);
  if (problem !== undefined) {
    throw unreadableColumns(tablePath, problem);
  }
  return columns;
}

function unreadableColumns(tablePath: string, reason: string, cause?: unknown): DeltaLogError {
  return new DeltaLogError(
    `The columns of ${tablePath} can't be read: ${reason.replace(/\.$/, '')}. Read this table with the program that wrote it, ` +
      'or move its folder out of the data directory.',
    { cause },
  );
}

/** DuckDB has no table without columns, and does not distinguish the case of their names. */
function namesProblem(columns: DeltaTable['columns']): string | undefined {
  const names = columns.map(({ name }) => name.toLowerCase());
  const repeated = columns.find(({ name }, index) => names.indexOf(name.toLowerCase()) < index);
  if (repeated !== undefined) {
    return `two names differ from ${repeated.name} in case only`;
  }
  return columns.length === 0 ? 'there are none' : undefined;
}

/** The id becomes the name of a folder, so it must not contain a path. */
function checkTableId({ tablePath, metaData }: DeltaSnapshot): void {
  if (!/^[\w-]{1,100}$/.test(metaData.id)) {
    throw new DeltaLogError(
      `The id of ${tablePath} is not a UUID: ${JSON.stringify(metaData.id)}. Create the table again and copy its rows into it.`,
    );
  }
}
