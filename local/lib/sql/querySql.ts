import type { QueryOptions, QueryResult } from './queryResult.ts';
import { exactInteger } from './readRows.ts';
import { runQuery } from './runQuery.ts';

/**
 * Runs a query over the tables of a data directory, such as `SELECT … FROM main.iot.readings`, in DuckDB's SQL. If a
 * table's name is unique, the catalog and schema can be omitted. Only the tables of the query are read, as they are
 * when it starts, and a server may be writing to them. A table that can't be read fails only the queries that use it.
 *
 * The query can read these tables and nothing else. It can't run any statement but one SELECT, or read any other file.
 *
 * @throws {@link QueryError} if the text is not one SELECT, or if DuckDB refuses it
 */
export async function querySql(dataDir: string, sql: string, options: QueryOptions = {}): Promise<QueryResult> {
  const numbers = options.exactIntegers === true ? { integer: exactInteger } : {};
  const { columns, rows } = await runQuery(dataDir, sql, numbers);
  return { columns, rows };
}
