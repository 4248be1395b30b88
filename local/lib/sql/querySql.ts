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
 * Runs a query over all tables of a data directory, such as `SELECT … FROM main.iot.readings`, in DuckDB's SQL. Where a
 * table's name is unique without its catalog and schema, it can stand alone. The tables are read as they stand when the
 * query is made; a server may be writing to them. A table that can't be read fails the queries that it is part of, and
 * no others.
 *
 * The query can read these tables and nothing else: no other statement than one SELECT, no other file.
 *
 * @throws QueryError where the text is not one SELECT, or where DuckDB refuses it
 */
export async function querySql(dataDir: string, sql: string): Promise<QueryResult> {
  const duckDb = new DuckDb(queryResources);
  try {
    const tables = await findTables(resolve(dataDir), duckDb);
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

/** An error's text with the names that the query has. */
function originalNames(message: string, catalogs: ReadonlyMap<string, string>): string {
  let text = message;
  for (const catalog of new Set(catalogs.values())) {
    text = text.replaceAll(quoteIdentifier(catalog), catalog.slice(0, -1)).replaceAll(catalog, catalog.slice(0, -1));
  }
  return text;
}
