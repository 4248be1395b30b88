import type { DeltaColumn, DeltaType } from './deltaType.ts';
import { nameSql } from './nameSql.ts';
import { sqlTypeName } from './sqlTypeText.ts';
import { stringSql } from './stringSql.ts';

/** The type in Databricks SQL, with all its parts: `STRUCT<a: INT, b: ARRAY<STRING>>`. */
export function typeSql(type: DeltaType): string {
  switch (type.kind) {
    case 'array':
      return `ARRAY<${typeSql(type.element)}>`;
    case 'map':
      return `MAP<${typeSql(type.key)}, ${typeSql(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map(fieldSql).join(', ')}>`;
    default:
      return sqlTypeName(type);
  }
}

function fieldSql(field: DeltaColumn): string {
  const rest = [
    typeSql(field.type),
    ...(field.nullable ? [] : ['NOT NULL']),
    ...(field.comment === undefined ? [] : [`COMMENT ${stringSql(field.comment)}`]),
  ];
  return `${nameSql(field.name)}: ${rest.join(' ')}`;
}
