import { resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { QueryError } from '../errors.ts';
import { findTables } from '../storage/findTables.ts';
import { defineViews } from './defineViews.ts';
import { qualifyCatalogs } from './qualifyCatalogs.ts';
import { queryResources } from './queryResources.ts';
import type { QueryResult } from './queryResult.ts';

/**
 * Runs a query over all tables of a data directory, such as `SELECT … FROM main.iot.readings`, in DuckDB's SQL. If a
 * table's name is unique, the catalog and schema can be omitted. The tables are read as they are when the query starts,
 * and a server may be writing to them. A table that can't be read fails only the queries that use it.
 *
 * The query can read these tables and nothing else. It can't run any statement but one SELECT, or read any other file.
 *
 * @throws {@link QueryError} if the text is not one SELECT, or if DuckDB refuses it
 */
export async function querySql(dataDir: string, sql: string): Promise<QueryResult> {
  const duckDb = new DuckDb(queryResources);
  try {
    const tables = await findTables(resolve(dataDir), duckDb, () => undefined);
    const { catalogs, files } = await defineViews(duckDb, tables);
    await duckDb.run(`SET allowed_paths = [${files.map(quoteLiteral).join(', ')}]`);
    await duckDb.run('SET enable_external_access = false');
    await duckDb.run('SET lock_configuration = true');
    const reader = await duckDb.select(qualifyCatalogs(sql, catalogs)).catch((cause: Error) => {
      throw new QueryError(originalNames(cause.message, catalogs), { cause });
    });
    return { columns: reader.deduplicatedColumnNames(), rows: reader.getRowsJson() };
  } finally {
    duckDb.close();
  }
}

/** Restores the names of the query in the text of an error. */
function originalNames(message: string, catalogs: ReadonlyMap<string, string>): string {
  let text = message;
  for (const catalog of new Set(catalogs.values())) {
    text = text.replaceAll(quoteIdentifier(catalog), catalog.slice(0, -1)).replaceAll(catalog, catalog.slice(0, -1));
  }
  return text;
}
