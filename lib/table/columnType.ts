/** A column type that takes no parameter, by the name of the builder that makes it. */
export type ScalarKind =
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'string'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestampNtz'
  | 'variant';

/** The type of a column as data: descriptor, encoder and generated sources are derived from it. */
export type ColumnType =
  | { readonly kind: ScalarKind }
  /** `length`: how many characters (code points) it takes at most. */
  | { readonly kind: 'varchar'; readonly length: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly element: ColumnType }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

/** A field of a STRUCT, or what a column of a table has in common with one. */
export interface StructField {
  /** Its name. */
  readonly name: string;
  /** Its type. */
  readonly type: ColumnType;
  /** Whether it may be NULL, that is, left out. */
  readonly isNullable: boolean;
}

/** A column of a table. */
export interface TableColumn extends StructField {
  /** Its number in the protobuf message: its position in the table, counted from 1. */
  readonly fieldNumber: number;
}

/** A type in SQL's words, for messages: `DECIMAL(10,2)`, `ARRAY<STRING>`. */
export function sqlTypeText(type: ColumnType): string {
  switch (type.kind) {
    case 'varchar':
      return `VARCHAR(${type.length})`;
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'array':
      return `ARRAY<${sqlTypeText(type.element)}>`;
    case 'map':
      return `MAP<${sqlTypeText(type.key)}, ${sqlTypeText(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map(({ name, type: field }) => `${name}: ${sqlTypeText(field)}`).join(', ')}>`;
    case 'timestampNtz':
      return 'TIMESTAMP_NTZ';
    default:
      return type.kind.toUpperCase();
  }
}
