import { createDeltaTable } from '../delta/createDeltaTable.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import { type Column, type DeltaType, fullTableName, type TableDefinition } from '../schema/deltaType.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import { tableFolder } from './dataDirectory.ts';
import type { FoundTable } from './findTables.ts';
import { TableStoreError } from './tableStoreError.ts';

/**
 * The tables that are there, and those that are declared and therefore created.
 *
 * @throws TableStoreError where a table is declared with other columns than it has; comments may differ
 */
export async function declareTables(
  dataDir: string,
  found: readonly FoundTable[],
  declared: readonly TableDefinition[],
): Promise<readonly FoundTable[]> {
  const tables = new Map(found.map((table) => [fullTableName(table.definition).toLowerCase(), table]));
  for (const definition of declared) {
    const key = fullTableName(definition).toLowerCase();
    const existing = tables.get(key);
    if (existing === undefined) {
      const snapshot = await createDeltaTable(tableFolder(dataDir, definition), definition);
      tables.set(key, { definition, snapshot });
    } else if (schemaOf(existing.definition) !== schemaOf(definition)) {
      throw new TableStoreError(
        `${fullTableName(definition)} is declared with other columns than it has in ${dataDir}: it has ` +
          `(${columnsText(existing.definition)}), declared are (${columnsText(definition)}). Declare it as it is, give it ` +
          `another name, or delete ${existing.snapshot.tablePath} to start anew`,
      );
    }
  }
  return [...tables.values()];
}

function schemaOf(definition: TableDefinition): string {
  return deltaSchemaJson(definition.columns.map(withoutComments));
}

function withoutComments(column: Column): Column {
  return { name: column.name, type: typeWithoutComments(column.type), nullable: column.nullable };
}

function typeWithoutComments(type: DeltaType): DeltaType {
  switch (type.kind) {
    case 'array':
      return { ...type, element: typeWithoutComments(type.element) };
    case 'map':
      return { ...type, key: typeWithoutComments(type.key), value: typeWithoutComments(type.value) };
    case 'struct':
      return { kind: 'struct', fields: type.fields.map(withoutComments) };
    default:
      return type;
  }
}

function columnsText(definition: TableDefinition): string {
  return definition.columns
    .map(({ name, type, nullable }) => `${name} ${sqlTypeText(type)}${nullable ? '' : ' not null'}`)
    .join(', ');
}
