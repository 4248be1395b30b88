/** `POST /api/local/query` with `{ "sql": "SELECT …" }`: the result. */
export interface QueryView {
  readonly columns: readonly string[];
  /** At most 100,000. Values in JSON types, as `querySql` returns them. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there are more rows than these. */
  readonly isCut: boolean;
  readonly durationMs: number;
  /** Tables of the query with acknowledged rows that are not in the result, since they could not be flushed. */
  readonly unflushed: readonly { readonly fullName: string; readonly rows: number }[];
}
