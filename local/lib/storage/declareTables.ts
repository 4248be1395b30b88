import { createDeltaTable } from '../delta/createDeltaTable.ts';
import { TableStoreError } from '../errors.ts';
import { tableFolder } from '../files/dataPaths.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import type { FoundTable } from './findTables.ts';

/**
 * The tables that are there, and those that are declared and therefore created.
 *
 * A declaration may lack columns that the table has and that may be null: other writers may have added them since.
 *
 * @throws TableStoreError if a table is declared with other columns than it has; comments may differ
 */
export async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly DeltaTable[],
): Promise<readonly FoundTable[]> {
  const tables = new Map(found.map((table) => [fullTableName(table.name).toLowerCase(), table]));
  for (const definition of declared) {
    const key = fullTableName(definition).toLowerCase();
    const existing = tables.get(key);
    if (existing === undefined) {
      const { catalog, schema, name } = definition;
      const snapshot = await createDeltaTable(tableFolder(dataDir, definition), definition);
      tables.set(key, { name: { catalog, schema, name }, definition, snapshot, problem: undefined });
    } else if (existing.definition !== undefined) {
      checkDeclaration(dataDir, definition, existing.definition);
    }
  }
  return [...tables.values()];
}

function checkDeclaration(dataDir: string, declared: DeltaTable, existing: DeltaTable): void {
  const problem = schemaChangeProblem(declared.columns, existing.columns);
  if (problem !== undefined) {
    throw new TableStoreError(
      `${fullTableName(declared)} is declared with other columns than it has in ${dataDir}: it has ` +
        `(${columnsText(existing)}), declared are (${columnsText(declared)}). Declare it as it is, give it ` +
        `another name, or delete ${tableFolder(dataDir, existing)} to start again.`,
    );
  }
}

function columnsText(definition: DeltaTable): string {
  return definition.columns
    .map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
