import { resolve } from 'node:path';
import type { DuckDBResult } from '@duckdb/node-api';
import { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { QueryError } from '../errors.ts';
import type { TableName } from '../files/dataPaths.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { type FoundTable, findTable, findTableNames } from '../storage/findTables.ts';
import { countUnflushedRows, readTableWatermarks } from '../storage/waitingRows.ts';
import { toError } from '../toError.ts';
import { type BoundedRows, type RowBounds, readBoundedRows, unbounded } from './boundedRows.ts';
import { defineViews } from './defineViews.ts';
import { interruptible, unlessAborted } from './interruptible.ts';
import { qualifyCatalogs } from './qualifyCatalogs.ts';
import { queryProblem } from './queryProblem.ts';
import { queryResources } from './queryResources.ts';
import type { NumberMakers } from './readRows.ts';
import { usedTables } from './usedTables.ts';

/** Options of {@link runQuery}. */
export interface RunQueryOptions extends NumberMakers {
  /** Called with the full names of the tables that the query may read, before they are read. */
  readonly beforeReading?: (tables: readonly string[]) => Promise<void>;
  /** Called with the full name of each of these tables that lacks acknowledged rows, and their number. */
  readonly onUnflushed?: (table: string, rows: number) => void;
  /** How much of the result is returned. Defaults to all of it. */
  readonly bounds?: RowBounds;
  /** Gives up the query when it is aborted. Defaults to never. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a query over the tables of a data directory, and opens only those that it names.
 *
 * @throws {@link QueryError} if the text is not one SELECT, or if DuckDB refuses it
 */
export async function runQuery(dataDir: string, sql: string, options: RunQueryOptions = {}): Promise<BoundedRows> {
  const directory = resolve(dataDir);
  const unreadable: string[] = [];
  const names = await findTableNames(directory, (folder, error) => unreadable.push(`${folder}: ${error.message}`));
  const used = usedTables(sql, names);
  await unlessAborted(options.signal, options.beforeReading?.(used.map(fullTableName)));
  try {
    return await runOver(directory, used, sql, options).catch((error: unknown) => {
      if (used.length === names.length || !isUnknownName(error)) {
        throw error;
      }
      // All views together give the better message.
      return runOver(directory, names, sql, options);
    });
  } catch (error) {
    if (unreadable.length === 0 || !isUnknownName(error)) {
      throw error;
    }
    const { message } = toError(error);
    throw new QueryError(`${message}\nFolders that can't be read: ${unreadable.join('; ')}.`, { cause: error });
  }
}

/** Whether DuckDB does not know a table. It may be one that was not opened, as its name was not found in the query. */
function isUnknownName(error: unknown): boolean {
  return (
    error instanceof QueryError && /^(Catalog|Binder) Error: .*(does not exist|Ambiguous reference)/.test(error.message)
  );
}

async function runOver(
  dataDir: string,
  names: readonly TableName[],
  sql: string,
  options: RunQueryOptions,
): Promise<BoundedRows> {
  const duckDb = new DuckDb(queryResources);
  try {
    return await interruptible(duckDb, options.signal, () => runWith(duckDb, dataDir, names, sql, options));
  } finally {
    duckDb.close();
  }
}

async function runWith(
  duckDb: DuckDb,
  dataDir: string,
  names: readonly TableName[],
  sql: string,
  options: RunQueryOptions,
): Promise<BoundedRows> {
  const tables: FoundTable[] = [];
  for (const name of names) {
    const watermarks = await readTableWatermarks(dataDir, name);
    const table = await findTable(dataDir, name, duckDb);
    if (table !== undefined) {
      tables.push(table);
      const rows = await countUnflushedRows(dataDir, table, watermarks);
      if (rows > 0) {
        options.onUnflushed?.(fullTableName(name), rows);
      }
    }
  }
  // The footer of each file is needed for its view and again for the query.
  await duckDb.run('SET parquet_metadata_cache = true');
  const { catalogs, files, problems } = await defineViews(duckDb, tables);
  await duckDb.run(`SET allowed_paths = [${files.map(quoteLiteral).join(', ')}]`);
  await duckDb.run('SET enable_external_access = false');
  await duckDb.run('SET lock_configuration = true');
  const read = (result: DuckDBResult) => readBoundedRows(result, options.bounds ?? unbounded, options);
  return await duckDb.select(qualifyCatalogs(sql, catalogs), read).catch(async (cause: unknown) => {
    if (cause instanceof QueryError) {
      throw cause;
    }
    const message = originalNames(toError(cause).message.replace('Failed to extract statements: ', ''), catalogs);
    throw new QueryError(await queryProblem(sql, message, problems, tables, duckDb), { cause });
  });
}

/** Restores the names of the query in the text of an error. */
function originalNames(message: string, catalogs: ReadonlyMap<string, string>): string {
  let text = message;
  for (const catalog of new Set(catalogs.values())) {
    text = text.replaceAll(quoteIdentifier(catalog), catalog.slice(0, -1)).replaceAll(catalog, catalog.slice(0, -1));
  }
  return text;
}
