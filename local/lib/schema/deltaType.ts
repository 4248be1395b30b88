/** A primitive Delta type that takes no parameter, by its name in the Delta schema JSON. */
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

/** A Delta column type, as data: what the DDL says and what validation, Parquet and the Delta log are derived from. */
export type DeltaType =
  | { readonly kind: PrimitiveName }
  /** `VARCHAR(n)`: a string in Delta, whose length in characters is checked before a record is acknowledged. */
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

/** A table as `CREATE TABLE` declares it. Its columns stand in the order of the declaration. */
export interface DeltaTable {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly DeltaColumn[];
}

/** `catalog.schema.table`, the name clients send. */
export function fullTableName(table: Pick<DeltaTable, 'catalog' | 'schema' | 'name'>): string {
  return `${table.catalog}.${table.schema}.${table.name}`;
}
