import type { Column } from './column.ts';

/** Columns by name, as `defineTable` and `struct` accept them. */
export type Columns = Readonly<Record<string, Column<unknown>>>;

/** The type of a column's value that is not NULL. */
export type ValueOf<C extends Column<unknown>> = C['~value'];

type RequiredNames<C extends Columns> = {
  [Name in keyof C]: C[Name] extends Column<unknown, false> ? Name : never;
}[keyof C];

/** An object with a value for each column. Nullable columns may be omitted or `null`. */
export type FieldsOf<C extends Columns> = {
  readonly [Name in RequiredNames<C>]: ValueOf<C[Name]>;
} & {
  readonly [Name in Exclude<keyof C, RequiredNames<C>>]?: ValueOf<C[Name]> | null | undefined;
} extends infer Row
  ? { [Name in keyof Row]: Row[Name] }
  : never;

/**
 * The type of a table's rows.
 *
 * @example
 * ```ts
 * import { defineTable, type RowOf } from 'rxjs-zerobus';
 *
 * const readings = defineTable('main.iot.readings', (t) => ({ device: t.string(), temp: t.int().notNull() }));
 * type Reading = RowOf<typeof readings>; // { readonly temp: number; readonly device?: string | null | undefined }
 * ```
 */
export type RowOf<Definition extends { readonly '~row': unknown }> = Definition['~row'];

/** A row of a table whose columns are known only at run time. */
export type UntypedRow = Readonly<Record<string, unknown>>;

/** A JSON value, as a VARIANT holds it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };
