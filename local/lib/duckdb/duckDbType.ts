import type { DeltaType, PrimitiveName } from '../schema/deltaType.ts';
import { quoteIdentifier } from './quoteSql.ts';

const primitiveTypes: Readonly<Record<PrimitiveName, string>> = {
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  timestamp_ntz: 'TIMESTAMP',
  variant: 'VARIANT',
};

/** The DuckDB type, as SQL, that holds exactly the values of a Delta type. */
export function duckDbType(type: DeltaType): string {
  switch (type.kind) {
    case 'varchar':
      return 'VARCHAR';
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'array':
      return `${duckDbType(type.element)}[]`;
    case 'map':
      return `MAP(${duckDbType(type.key)}, ${duckDbType(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdentifier(field.name)} ${duckDbType(field.type)}`).join(', ')})`;
    default:
      return primitiveTypes[type.kind];
  }
}
