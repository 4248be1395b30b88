/** A primitive Delta type without parameters, by its name in the Delta schema JSON. */
export type PrimitiveName =
  | 'byte'
  | 'short'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'string'
  | 'boolean'
  | 'binary'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'variant';

/** The type of a Delta column. Validation, Parquet files and the Delta log are derived from it. */
export type DeltaType =
  | { readonly kind: PrimitiveName }
  /** `VARCHAR(n)`: a string in Delta. Its length in characters is checked before a record is acknowledged. */
  | { readonly kind: 'varchar'; readonly length: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly element: DeltaType; readonly containsNull: boolean }
  | { readonly kind: 'map'; readonly key: DeltaType; readonly value: DeltaType; readonly valueContainsNull: boolean }
  | { readonly kind: 'struct'; readonly fields: readonly DeltaColumn[] };

/** A column of a table, or a field of a struct. */
export interface DeltaColumn {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly comment?: string;
}

/** A table as `CREATE TABLE` declares it, with its columns in that order. */
export interface DeltaTable {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly DeltaColumn[];
}

/** `catalog.schema.table`, the name that clients send. */
export function fullTableName(table: Pick<DeltaTable, 'catalog' | 'schema' | 'name'>): string {
  return `${table.catalog}.${table.schema}.${table.name}`;
}
