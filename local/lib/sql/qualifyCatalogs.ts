import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { queryTokens } from './queryTokens.ts';

/**
 * Rewrites the catalog in each three-part table name of a query.
 *
 * DuckDB can't have a catalog called `main`, which is the most common one in Databricks: with it, DuckDB no longer
 * finds its own functions. Tables of such a catalog are in another one, and the query is rewritten to use that.
 *
 * @param sql the query
 * @param catalogs the catalogs that DuckDB uses, by `catalog.schema` in lower case
 */
export function qualifyCatalogs(sql: string, catalogs: ReadonlyMap<string, string>): string {
  const tokens = queryTokens(sql);
  let rewritten = '';
  let position = 0;
  tokens.forEach((token, index) => {
    const [dot, schema, secondDot, table] = tokens.slice(index + 1, index + 5);
    if (dot?.text === '.' && secondDot?.text === '.' && tokens[index - 1]?.text !== '.') {
      const catalog = table?.name === undefined ? undefined : catalogs.get(`${token.name}.${schema?.name}`);
      if (catalog !== undefined) {
        rewritten += sql.slice(position, token.start) + quoteIdentifier(catalog);
        position = token.end;
      }
    }
  });
  return rewritten + sql.slice(position);
}
