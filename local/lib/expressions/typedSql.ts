import type { DeltaType } from '../schema/deltaType.ts';

/** An expression in DuckDB's dialect, with the type that it has in Databricks SQL. */
export interface TypedSql {
  readonly sql: string;
  /** Undefined if the value is NULL without a type. */
  readonly type: DeltaType | undefined;
  /** The text of a string literal. */
  readonly literal?: string;
  /** What an array, map or struct is made of. */
  readonly parts?: ValueParts;
  /** The name that follows it with AS, in the arguments of `struct`. */
  readonly alias?: string;
}

/** The values that an expression makes an array, map or struct of. */
export type ValueParts =
  | { readonly kind: 'array'; readonly items: readonly TypedSql[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: TypedSql, value: TypedSql])[] }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly value: TypedSql }[] };

/** Types whose values can be compared with each other, and to which the same functions apply. */
export type TypeFamily = 'integer' | 'fraction' | 'text' | 'boolean' | 'date' | 'timestamp' | 'other';

/** The family of an expression's type. */
export function familyOf(type: DeltaType): TypeFamily {
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return 'integer';
    case 'float':
    case 'double':
    case 'decimal':
      return 'fraction';
    case 'string':
    case 'varchar':
      return 'text';
    case 'boolean':
    case 'date':
      return type.kind;
    case 'timestamp':
    case 'timestamp_ntz':
      return 'timestamp';
    default:
      return 'other';
  }
}

/** Whether the value is of one of the families. NULL is of each. */
export function isOf({ type }: TypedSql, ...families: readonly TypeFamily[]): boolean {
  return type === undefined || families.includes(familyOf(type));
}

/** The value as a date or as a timestamp without a time zone, of which DuckDB takes the parts in UTC. */
export function wallClock({ sql, type }: TypedSql): string {
  return type?.kind === 'timestamp' ? `(${sql} AT TIME ZONE 'UTC')` : sql;
}
