/**
 * Names of schemas, in lower case, that no table can be in. Unity Catalog has the first one in each catalog, and DuckDB
 * has both.
 */
export const reservedSchemas: ReadonlySet<string> = new Set(['information_schema', 'pg_catalog']);
