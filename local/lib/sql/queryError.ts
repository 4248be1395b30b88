/** A query that can't be run: its message says why, in SQL's terms. */
export class QueryError extends Error {
  override readonly name: string = 'QueryError';
}
