import { quoteIdentifier } from '../duckdb/quoteSql.ts';

/**
 * Sorts rows by the clustering columns. Rows that are equal there keep their order.
 *
 * The files are not marked with a `clusteringProvider`: that is for files that an OPTIMIZE has clustered with all
 * others, and without it, an OPTIMIZE clusters them.
 *
 * @param select the query of the rows
 * @param clusterColumns with dots between the parts of their names. The query stays as it is if there are none.
 */
export function sortedSelect(select: string, clusterColumns: readonly string[]): string {
  if (clusterColumns.length === 0) {
    return select;
  }
  const order = clusterColumns.map((path) => path.split('.').map(quoteIdentifier).join('.')).join(', ');
  return (
    `SELECT * EXCLUDE ("$position") FROM (SELECT *, row_number() OVER () AS "$position" FROM (${select})) ` +
    `ORDER BY ${order}, "$position"`
  );
}
