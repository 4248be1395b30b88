/** A column type without parameters, by the name of its builder. */
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

/** The type of a column as data. The descriptor, the encoder and generated modules are derived from it. */
export type ColumnType =
  | { readonly kind: ScalarKind }
  /** `length`: the maximum number of characters (code points). */
  | { readonly kind: 'varchar'; readonly length: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly element: ColumnType }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

/** A field of a STRUCT. Columns of a table have the same members. */
export interface StructField {
  /** The name. */
  readonly name: string;
  /** The type. */
  readonly type: ColumnType;
  /** Whether the value may be NULL, that is, omitted from a row. */
  readonly isNullable: boolean;
}

/** A column of a table. */
export interface TableColumn extends StructField {
  /** The number in the protobuf message. Defaults to the position in the table, counted from 1. */
  readonly fieldNumber: number;
}

/** Returns the SQL form of a type, for messages: `DECIMAL(10,2)`, `ARRAY<STRING>`. */
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
