/** The rows of a query. */
export interface QueryResult {
  /** Names, in the order of the query. */
  readonly columns: readonly string[];
  /**
   * One array a row, in JSON's types. What JSON's numbers can't hold exactly (BIGINT, DECIMAL), and what JSON doesn't
   * know (dates, timestamps, binaries), is text; a map is an array of `{ key, value }`.
   */
  readonly rows: readonly (readonly unknown[])[];
}
