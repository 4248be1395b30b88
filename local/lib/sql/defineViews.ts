import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { FoundTable } from '../storage/findTables.ts';
import { dataFiles, tableSelect } from './tableSelect.ts';

/** Catalogs that DuckDB uses itself or can't have. */
const reservedCatalogs: ReadonlySet<string> = new Set(['main', 'memory', 'system', 'temp']);

/** Names and files that a query over the views of {@link defineViews} needs. */
export interface DefinedViews {
  /** The actual catalogs, by `catalog.schema`, of those that could not keep their name. */
  readonly catalogs: ReadonlyMap<string, string>;
  /** Paths of all files that the views read. */
  readonly files: readonly string[];
}

/** Creates a view for each table. If a table can't be read, its view fails the queries that use it. */
export async function defineViews(duckDb: DuckDb, tables: readonly FoundTable[]): Promise<DefinedViews> {
  const catalogs = new Map<string, string>();
  const files: string[] = [];
  const attached = new Set<string>();
  const schemas = new Set<string>();
  const defined = new Set<string>();
  for (const table of tables) {
    const { schema, name } = table.name;
    const key = fullTableName(table.name).toLowerCase();
    if (defined.has(key)) {
      continue;
    }
    defined.add(key);
    const isReserved = reservedCatalogs.has(table.name.catalog.toLowerCase());
    // `$` is illegal in the name of a Databricks catalog, so this name is free.
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
 * Creates a view for the table.
 *
 * @returns paths of the files that the view reads
 */
async function defineView(duckDb: DuckDb, view: string, table: FoundTable): Promise<readonly string[]> {
  const { definition, snapshot, problem } = table;
  try {
    if (definition === undefined || snapshot === undefined || problem !== undefined) {
      throw problem;
    }
    // To create the view, DuckDB opens the data files, which may be gone or damaged.
    await duckDb.run(`CREATE VIEW ${view} AS ${tableSelect(snapshot, definition.columns)}`);
    return dataFiles(snapshot);
  } catch (error) {
    await duckDb.run(`CREATE VIEW ${view} AS ${failingSelect(table, error)}`);
    return [];
  }
}

/** A query that binds but fails when it is run, even if none of its columns is selected. */
function failingSelect({ name }: FoundTable, problem: unknown): string {
  const reason = problem instanceof Error ? problem.message : String(problem);
  const message = `${name.catalog}.${name.schema}.${name.name} can't be read: ${reason}`;
  // The error for an unknown column lists the known ones, and the only one here states the reason. DuckDB cuts such
  // names at commas.
  return `SELECT NULL AS ${quoteIdentifier(message.replaceAll(',', ';'))} WHERE error(${quoteLiteral(message)}) IS NULL`;
}
