import { deltaFieldJson } from '../schema/deltaSchemaJson.ts';
import { type DeltaColumn, type DeltaTable, type DeltaType, fullTableName } from '../schema/deltaType.ts';
import { primitiveTypes } from '../schema/primitiveTypes.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import type { CatalogTable } from './httpContext.ts';

/** The table as `GET /api/2.1/unity-catalog/tables/{full name}` returns it. */
export function unityCatalogTable({ definition, tableId, path }: CatalogTable): object {
  const { partitionColumns = [] } = definition;
  const properties = catalogProperties(definition);
  return {
    name: definition.name,
    catalog_name: definition.catalog,
    schema_name: definition.schema,
    full_name: fullTableName(definition),
    table_type: 'MANAGED',
    data_source_format: 'DELTA',
    columns: definition.columns.map((column, position) => unityCatalogColumn(column, position, partitionColumns)),
    ...(definition.comment === undefined ? {} : { comment: definition.comment }),
    ...(properties === undefined ? {} : { properties }),
    storage_location: `file://${path}`,
    table_id: tableId,
  };
}

/** The properties, in which Databricks also keeps the columns that a table is clustered by. */
function catalogProperties({ properties, clusterColumns }: DeltaTable): Readonly<Record<string, string>> | undefined {
  if (clusterColumns === undefined) {
    return properties;
  }
  return clusterColumns === 'auto'
    ? { ...properties, clusterByAuto: 'true' }
    : { ...properties, clusteringColumns: JSON.stringify(clusterColumns.map((column) => column.split('.'))) };
}

function unityCatalogColumn(column: DeltaColumn, position: number, partitionColumns: readonly string[]): object {
  const { name, type, nullable, comment } = column;
  const partitionIndex = partitionColumns.indexOf(name);
  return {
    name,
    type_text: sqlTypeText(type),
    type_name: typeName(type),
    type_json: deltaFieldJson(column),
    ...(type.kind === 'decimal' ? { type_precision: type.precision, type_scale: type.scale } : {}),
    position,
    nullable,
    ...(partitionIndex < 0 ? {} : { partition_index: partitionIndex }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Unity Catalog's enum of types has no VARCHAR. It is a STRING, and only `type_text` has the length. */
function typeName(type: DeltaType): string {
  switch (type.kind) {
    case 'varchar':
      return 'STRING';
    case 'decimal':
    case 'array':
    case 'map':
    case 'struct':
      return type.kind.toUpperCase();
    default:
      return primitiveTypes[type.kind].catalogName;
  }
}
