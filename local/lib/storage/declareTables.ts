import { createDeltaTable } from '../delta/createDeltaTable.ts';
import { FollowedLog } from '../delta/followedLog.ts';
import { retentionProperties } from '../delta/tableRetention.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError, TableDefinitionError } from '../errors.ts';
import { tableFolder } from '../files/dataPaths.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { migrateColumns } from '../schema/migrateColumns.ts';
import { toError } from '../toError.ts';
import { checkDeclaration, checkRescueColumn } from './checkDeclaration.ts';
import { checkFilledColumns } from './checkFilledColumns.ts';
import { columnsOf, type FoundTable } from './findTables.ts';

/**
 * Creates the tables that are declared but do not exist, adds the nullable columns and struct fields that only the
 * declaration of a table has, and returns all tables.
 *
 * A declaration may omit columns that the table has and that may be null: other writers may have added them since. A
 * table that can't be created is returned with its problem, and does not prevent others from being served.
 *
 * @param context `duckDb` computes the defaults of new tables once, to check them, and reads a checkpoint if another
 * writer cleans up a log meanwhile. `report` is called with a message for each table whose name is taken
 * @throws {@link TableDefinitionError} if a new table can't be made as declared
 * @throws {@link TableStoreError} if a table is declared with columns that it can't get, or with other partitions,
 * defaults or expressions. Comments, properties, clustering and keys may differ: those of the table stay.
 */
export async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly DeltaTable[],
  { duckDb, report }: { readonly duckDb: DuckDb; readonly report: (message: string) => void },
): Promise<readonly FoundTable[]> {
  const tables = new Map<string, FoundTable>();
  for (const table of found) {
    const key = fullTableName(table.name).toLowerCase();
    const namesake = tables.get(key);
    if (namesake === undefined) {
      tables.set(key, table);
    } else {
      report(
        `${fullTableName(table.name)} can't be served: ${fullTableName(namesake.name)} has the same name in another case. ` +
          'Rename one of the two folders and restart.',
      );
    }
  }
  for (const definition of declared) {
    const key = fullTableName(definition).toLowerCase();
    const existing = tables.get(key);
    if (existing === undefined || existing.isEmpty) {
      checkRescueColumn(definition, definition.columns);
      await checkFilledColumns(definition, duckDb);
      tables.set(key, await createTable(dataDir, definition));
    } else if (existing.definition !== undefined) {
      checkDeclaration(dataDir, definition, existing.definition);
      tables.set(key, await migrateTable(existing, definition, duckDb));
    }
  }
  return [...tables.values()];
}

async function createTable(dataDir: string, definition: DeltaTable): Promise<FoundTable> {
  const { catalog, schema, name: tableName } = definition;
  const name = { catalog, schema, name: tableName };
  try {
    const table = { ...definition, properties: { ...retentionProperties, ...definition.properties } };
    const snapshot = await createDeltaTable(tableFolder(dataDir, definition), table);
    return { name, definition, snapshot, problem: undefined, isEmpty: false };
  } catch (cause) {
    if (cause instanceof TableDefinitionError) {
      throw cause;
    }
    const problem =
      cause instanceof DeltaLogError
        ? cause
        : new DeltaLogError(
            `The table can't be created: ${toError(cause).message}. Make room for it at ${tableFolder(dataDir, definition)}, let ` +
              'this process write there, and restart.',
            { cause },
          );
    return { name, definition: undefined, snapshot: undefined, problem, isEmpty: false };
  }
}

/** Adds the columns that only the declaration has, in one commit. */
async function migrateTable(existing: FoundTable, declared: DeltaTable, duckDb: DuckDb): Promise<FoundTable> {
  const { snapshot, definition } = existing;
  if (snapshot === undefined || definition === undefined || existing.problem !== undefined) {
    return existing;
  }
  const migrated = (present: readonly DeltaColumn[]) => migrateColumns(present, declared.columns).columns;
  if (deltaSchemaJson(migrated(definition.columns)) === deltaSchemaJson(definition.columns)) {
    return existing;
  }
  const log = await FollowedLog.from(snapshot);
  try {
    await log.alter({ operation: 'ADD COLUMNS', columns: migrated, check: () => undefined }, duckDb);
  } catch (error) {
    if (error instanceof DeltaLogError) {
      // The table can't be written to. It is served as it is, and says so itself.
      return existing;
    }
    throw error;
  }
  return { ...existing, snapshot: log.snapshot, definition: { ...definition, columns: columnsOf(log.snapshot) } };
}
