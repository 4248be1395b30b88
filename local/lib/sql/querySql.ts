import { resolve } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import type { TableDefinition } from '../schema/deltaType.ts';
import { type FoundTable, findTables } from '../storage/findTables.ts';
import { qualifyCatalogs } from './qualifyCatalogs.ts';
import { QueryError } from './queryError.ts';
import { queryResources } from './queryResources.ts';
import type { QueryResult } from './queryResult.ts';
import { dataFiles, tableSelect } from './tableSelect.ts';

/** Catalogs that DuckDB has for itself, or can't have. */
const reservedCatalogs: ReadonlySet<string> = new Set(['main', 'memory', 'system', 'temp']);

/**
 * Runs a query over all tables of a data directory, such as `SELECT … FROM main.iot.readings`, in DuckDB's SQL. Where a table's
 * name is unique without its catalog and schema, it can stand alone. The tables are read as they stand when the query is
 * made; a server may be writing to them.
 *
 * The query can read these tables and nothing else: no other statement than one SELECT, no other file.
 *
 * @throws QueryError where the text is not one SELECT, or where DuckDB refuses it
 */
export async function querySql(dataDir: string, sql: string): Promise<QueryResult> {
  const duckDb = new DuckDb(queryResources);
  try {
    const tables = (await findTables(resolve(dataDir), duckDb)).filter(isReadable);
    const catalogs = await defineViews(duckDb, tables);
    const files = tables.flatMap(({ snapshot }) => dataFiles(snapshot));
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

type ReadableTable = FoundTable & { readonly definition: TableDefinition; readonly snapshot: DeltaSnapshot };

function isReadable(table: FoundTable): table is ReadableTable {
  return table.problem === undefined && table.definition !== undefined && table.snapshot !== undefined;
}

/**
 * Makes each table a view.
 *
 * @returns by the `catalog.schema` of those whose catalog could not keep its name, the catalog they are in
 */
async function defineViews(duckDb: DuckDb, tables: readonly ReadableTable[]): Promise<ReadonlyMap<string, string>> {
  const renamed = new Map<string, string>();
  const attached = new Set<string>();
  const schemas = new Set<string>();
  for (const { definition, snapshot } of tables) {
    const { schema, name, columns } = definition;
    const isReserved = reservedCatalogs.has(definition.catalog.toLowerCase());
    // `$` is illegal in a Databricks catalog's name, so this one is free.
    const catalog = isReserved ? `${definition.catalog}$` : definition.catalog;
    if (isReserved) {
      renamed.set(`${definition.catalog}.${schema}`.toLowerCase(), catalog);
    }
    if (!attached.has(catalog.toLowerCase())) {
      await duckDb.run(`ATTACH ':memory:' AS ${quoteIdentifier(catalog)}`);
      attached.add(catalog.toLowerCase());
    }
    const schemaPath = `${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`;
    await duckDb.run(`CREATE SCHEMA IF NOT EXISTS ${schemaPath}`);
    await duckDb.run(`CREATE VIEW ${schemaPath}.${quoteIdentifier(name)} AS ${tableSelect(snapshot, columns)}`);
    schemas.add(schemaPath);
  }
  if (schemas.size > 0) {
    await duckDb.run(`SET search_path = ${quoteLiteral([...schemas].join(','))}`);
  }
  return renamed;
}

/** An error's text with the names that the query has. */
function originalNames(message: string, catalogs: ReadonlyMap<string, string>): string {
  let text = message;
  for (const catalog of new Set(catalogs.values())) {
    text = text.replaceAll(quoteIdentifier(catalog), catalog.slice(0, -1)).replaceAll(catalog, catalog.slice(0, -1));
  }
  return text;
}
