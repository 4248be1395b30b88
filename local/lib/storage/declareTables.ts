import { createDeltaTable } from '../delta/createDeltaTable.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { tableFolder } from '../files/dataPaths.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import { checkFilledColumns } from './checkFilledColumns.ts';
import { declarationProblem } from './declarationProblem.ts';
import type { FoundTable } from './findTables.ts';

/**
 * Creates the tables that are declared but do not exist, and returns all tables.
 *
 * A declaration may omit columns that the table has and that may be null: other writers may have added them since.
 *
 * @param duckDb computes the defaults of new tables once, to check them
 * @throws {@link TableDefinitionError} if a new table can't be made as declared
 * @throws {@link TableStoreError} if a table is declared with columns or partitions that differ from its own. Comments,
 * properties, clustering and keys may differ: those of the table stay.
 */
export async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly DeltaTable[],
  duckDb: DuckDb,
): Promise<readonly FoundTable[]> {
  const tables = new Map(found.map((table) => [fullTableName(table.name).toLowerCase(), table]));
  for (const definition of declared) {
    const key = fullTableName(definition).toLowerCase();
    const existing = tables.get(key);
    if (existing === undefined) {
      const { catalog, schema, name } = definition;
      await checkFilledColumns(definition, duckDb);
      const snapshot = await createDeltaTable(tableFolder(dataDir, definition), definition);
      tables.set(key, { name: { catalog, schema, name }, definition, snapshot, problem: undefined });
    } else if (existing.definition !== undefined) {
      checkDeclaration(dataDir, definition, existing.definition);
    }
  }
  return [...tables.values()];
}

function checkDeclaration(dataDir: string, declared: DeltaTable, existing: DeltaTable): void {
  if (schemaChangeProblem(declared.columns, existing.columns) !== undefined) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared with columns that differ from those in ${dataDir}: it has ` +
        `(${columnsText(existing)}), but is declared as (${columnsText(declared)}). Declare the columns that it has, use ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
  const problem = declarationProblem(declared, existing);
  if (problem !== undefined) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared otherwise than it is in ${dataDir}: ${problem}. Declare it as it is, use ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
}

function columnsText(definition: DeltaTable): string {
  return definition.columns
    .map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
