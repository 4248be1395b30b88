import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { readDeltaLog } from '../delta/readDeltaLog.ts';
import { tableOf } from '../delta/tableMetadata.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { type TableName, tableFolder, tablesRoot } from '../files/dataPaths.ts';
import { subfolders } from '../files/subfolders.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';

/** A table on the disk. */
export interface FoundTable {
  readonly name: TableName;
  /** Undefined if the log or its schema can't be read. */
  readonly definition: DeltaTable | undefined;
  /** Undefined if the log can't be read. */
  readonly snapshot: DeltaSnapshot | undefined;
  /** Why the table can't be read; undefined if it can. */
  readonly problem: Error | undefined;
}

/**
 * Finds the Delta tables of a data directory. It takes no lock, as a log can be read while it is written. A table that
 * can't be read is returned with its problem, and does not prevent others from being found.
 */
export async function findTables(dataDir: string, duckDb: DuckDb): Promise<readonly FoundTable[]> {
  const tables: FoundTable[] = [];
  const root = tablesRoot(dataDir);
  for (const catalog of await subfolders(root)) {
    for (const schema of await subfolders(join(root, catalog))) {
      for (const name of await subfolders(join(root, catalog, schema))) {
        const table = await findTable(dataDir, { catalog, schema, name }, duckDb);
        if (table !== undefined) {
          tables.push(table);
        }
      }
    }
  }
  return tables;
}

async function findTable(dataDir: string, name: TableName, duckDb: DuckDb): Promise<FoundTable | undefined> {
  let snapshot: DeltaSnapshot | undefined;
  let definition: DeltaTable | undefined;
  let problem: Error | undefined;
  try {
    snapshot = await readDeltaLog(tableFolder(dataDir, name), duckDb);
    if (snapshot === undefined) {
      return undefined;
    }
    checkTableId(snapshot);
    definition = tableOf(name, snapshot, columnsOf(snapshot));
    snapshot.checkReadable();
  } catch (error) {
    problem = error instanceof Error ? error : new Error(String(error));
  }
  return { name, definition, snapshot, problem };
}

/** The columns of a table according to its log. */
export function columnsOf({ tablePath, metaData }: DeltaSnapshot): DeltaTable['columns'] {
  try {
    return parseDeltaSchema(metaData.schemaString);
  } catch (cause) {
    throw new DeltaLogError(
      `The columns of ${tablePath} can't be read: ${messageOf(cause)}. Read this table with the program that wrote it, ` +
        'or move its folder out of the data directory.',
      { cause },
    );
  }
}

/** The id becomes the name of a folder, so it must not contain a path. */
function checkTableId({ tablePath, metaData }: DeltaSnapshot): void {
  if (!/^[\w-]{1,100}$/.test(metaData.id)) {
    throw new DeltaLogError(
      `The id of ${tablePath} is not a UUID: ${JSON.stringify(metaData.id)}. Create the table again and copy its rows into it.`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
