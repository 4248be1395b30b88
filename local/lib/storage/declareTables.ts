import { createDeltaTable } from '../delta/createDeltaTable.ts';
import { DeltaLogError, TableStoreError } from '../errors.ts';
import { tableFolder } from '../files/dataPaths.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import { toError } from '../toError.ts';
import type { FoundTable } from './findTables.ts';

/**
 * Creates the tables that are declared but do not exist, and returns all tables.
 *
 * A declaration may omit columns that the table has and that may be null: other writers may have added them since. A
 * table that can't be created is returned with its problem, and does not prevent others from being served.
 *
 * @param report called with a message for each table whose name is taken
 * @throws {@link TableStoreError} if a table is declared with columns that differ from its own. Comments may differ.
 */
export async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly DeltaTable[],
  report: (message: string) => void,
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
      tables.set(key, await createTable(dataDir, definition));
    } else if (existing.definition !== undefined) {
      checkDeclaration(dataDir, definition, existing.definition);
    }
  }
  return [...tables.values()];
}

async function createTable(dataDir: string, definition: DeltaTable): Promise<FoundTable> {
  const { catalog, schema, name: tableName } = definition;
  const name = { catalog, schema, name: tableName };
  try {
    const snapshot = await createDeltaTable(tableFolder(dataDir, definition), definition);
    return { name, definition, snapshot, problem: undefined, isEmpty: false };
  } catch (cause) {
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

function checkDeclaration(dataDir: string, declared: DeltaTable, existing: DeltaTable): void {
  const problem = schemaChangeProblem(declared.columns, existing.columns);
  if (problem !== undefined) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared with columns that differ from those in ${dataDir}: it has ` +
        `(${columnsText(existing)}), but is declared as (${columnsText(declared)}). Declare the columns that it has, use ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
}

function columnsText(definition: DeltaTable): string {
  return definition.columns
    .map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
