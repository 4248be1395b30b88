import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import type { FoundTable } from '../storage/findTables.ts';
import { dataFiles, tableSelect } from './tableSelect.ts';

/** Catalogs that DuckDB has for itself, or can't have. */
const reservedCatalogs: ReadonlySet<string> = new Set(['main', 'memory', 'system', 'temp']);

/** What a query over the views of {@link defineViews} must know. */
export interface DefinedViews {
  /** By the `catalog.schema` of those whose catalog could not keep its name, the catalog they are in. */
  readonly catalogs: ReadonlyMap<string, string>;
  /** Paths of all files that the views read. */
  readonly files: readonly string[];
}

/** Makes each table a view. The view of a table that can't be read fails the queries that it is part of. */
export async function defineViews(duckDb: DuckDb, tables: readonly FoundTable[]): Promise<DefinedViews> {
  const catalogs = new Map<string, string>();
  const files: string[] = [];
  const attached = new Set<string>();
  const schemas = new Set<string>();
  for (const table of tables) {
    const { schema, name } = table.name;
    const isReserved = reservedCatalogs.has(table.name.catalog.toLowerCase());
    // `$` is illegal in a Databricks catalog's name, so this one is free.
    const catalog = isReserved ? `${table.name.catalog}$` : table.name.catalog;
    if (isReserved) {
      catalogs.set(`${table.name.catalog}.${schema}`.toLowerCase(), catalog);
    }
    if (!attached.has(catalog.toLowerCase())) {
      await duckDb.run(`ATTACH ':memory:' AS ${quoteIdentifier(catalog)}`);
      attached.add(catalog.toLowerCase());
    }
    const schemaPath = `${quoteIdentifier(catalog)}.${quoteIdentifier(schema)}`;
    await duckDb.run(`CREATE SCHEMA IF NOT EXISTS ${schemaPath}`);
    files.push(...(await defineView(duckDb, `${schemaPath}.${quoteIdentifier(name)}`, table)));
    schemas.add(schemaPath);
  }
  if (schemas.size > 0) {
    await duckDb.run(`SET search_path = ${quoteLiteral([...schemas].join(','))}`);
  }
  return { catalogs, files };
}

/**
 * Makes the table a view.
 *
 * @returns paths of the files that the view reads
 */
async function defineView(duckDb: DuckDb, view: string, table: FoundTable): Promise<readonly string[]> {
  const { definition, snapshot, problem } = table;
  try {
    if (definition === undefined || snapshot === undefined || problem !== undefined) {
      throw problem;
    }
    // DuckDB opens the data files for it: they may be gone or damaged.
    await duckDb.run(`CREATE VIEW ${view} AS ${tableSelect(snapshot, definition.columns)}`);
    return dataFiles(snapshot);
  } catch (error) {
    await duckDb.run(`CREATE VIEW ${view} AS ${failingSelect(table, error)}`);
    return [];
  }
}

/** A query that binds, but fails when it is run, also if none of its columns is asked for. */
function failingSelect({ name }: FoundTable, problem: unknown): string {
  const reason = problem instanceof Error ? problem.message : String(problem);
  const message = `${name.catalog}.${name.schema}.${name.name} can't be read: ${reason}`;
  // The error of an unknown column names the known ones: the only one here tells the reason. DuckDB cuts such names at
  // commas.
  return `SELECT NULL AS ${quoteIdentifier(message.replaceAll(',', ';'))} WHERE error(${quoteLiteral(message)}) IS NULL`;
}
