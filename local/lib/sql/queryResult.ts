/** The rows of a query. */
export interface QueryResult {
  /** Names in the order of the query. */
  readonly columns: readonly string[];
  /**
   * One array per row, in JSON types. Values that a JSON number can't hold exactly (BIGINT, DECIMAL) or that JSON does
   * not have (dates, timestamps, binaries) are text. Integers in a VARIANT are numbers if a number holds them exactly.
   * A map is an array of `{ key, value }`.
   */
  readonly rows: readonly (readonly unknown[])[];
}

/** Options of a query. All of them are optional. */
export interface QueryOptions {
  /**
   * Whether values of BIGINT and of larger integer types, such as those of `count(*)` and `sum(…)`, are numbers if a
   * number holds them exactly. The others are then still text. Defaults to `false`: all of them are text.
   */
  readonly exactIntegers?: boolean;
}
