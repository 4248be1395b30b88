import { deltaTypeJson } from '../schema/deltaSchemaJson.ts';
import { type DeltaColumn, type DeltaType, fullTableName } from '../schema/deltaType.ts';
import { primitiveTypes } from '../schema/primitiveTypes.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import type { CatalogTable } from './httpContext.ts';

/** The table as `GET /api/2.1/unity-catalog/tables/{full name}` returns it. */
export function unityCatalogTable({ definition, tableId, path }: CatalogTable): object {
  return {
    name: definition.name,
    catalog_name: definition.catalog,
    schema_name: definition.schema,
    full_name: fullTableName(definition),
    table_type: 'MANAGED',
    data_source_format: 'DELTA',
    columns: definition.columns.map(unityCatalogColumn),
    storage_location: `file://${path}`,
    table_id: tableId,
  };
}

function unityCatalogColumn({ name, type, nullable, comment }: DeltaColumn, position: number): object {
  return {
    name,
    type_text: sqlTypeText(type),
    type_name: typeName(type),
    type_json: JSON.stringify({
      name,
      type: deltaTypeJson(type),
      nullable,
      metadata: comment === undefined ? {} : { comment },
    }),
    ...(type.kind === 'decimal' ? { type_precision: type.precision, type_scale: type.scale } : {}),
    position,
    nullable,
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
