/** The rows of a query. */
export interface QueryResult {
  /** Names in the order of the query. */
  readonly columns: readonly string[];
  /**
   * One array per row, in JSON types. Values that a JSON number can't hold exactly (BIGINT, DECIMAL) or that JSON does
   * not have (dates, timestamps, binaries) are text. A map is an array of `{ key, value }`.
   */
  readonly rows: readonly (readonly unknown[])[];
}
