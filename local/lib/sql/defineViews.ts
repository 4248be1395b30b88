import type { DuckDb } from '../duckdb/duckDb.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { type DeltaColumn, fullTableName } from '../schema/deltaType.ts';
import { reservedSchemas } from '../schema/reservedSchemas.ts';
import type { FoundTable } from '../storage/findTables.ts';
import { toError } from '../toError.ts';
import { problemColumn } from './queryProblem.ts';
import { dataFiles, tableSelect } from './tableSelect.ts';

/** Catalogs that DuckDB uses itself or can't have. */
const reservedCatalogs: ReadonlySet<string> = new Set(['main', 'memory', 'system', 'temp']);

/** Names and files that a query over the views of {@link defineViews} needs. */
export interface DefinedViews {
  /** The actual catalogs, by `catalog.schema`, of those that could not keep their name. */
  readonly catalogs: ReadonlyMap<string, string>;
  /** Paths of all files that the views read. */
  readonly files: readonly string[];
  /** Why queries that use one of the failing views fail. */
  readonly problems: readonly string[];
}

/** The schema of views under the short names that several tables have. No schema of a table has this name. */
const SHORT_NAMES = '$short';

/**
 * Creates a view for each table. If a table can't be read, its view fails the queries that use it. So does a short name
 * that several tables have.
 */
export async function defineViews(duckDb: DuckDb, tables: readonly FoundTable[]): Promise<DefinedViews> {
  const catalogs = new Map<string, string>();
  const files: string[] = [];
  const problems: string[] = [];
  const attached = new Set<string>();
  const schemas = new Set<string>();
  const namesakes = new Map<string, FoundTable[]>();
  const defined = new Set<string>();
  for (const table of tables) {
    const { schema, name } = table.name;
    const key = fullTableName(table.name).toLowerCase();
    // A folder of another program can have any name.
    if (defined.has(key) || reservedSchemas.has(schema.toLowerCase())) {
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
    const view = await defineView(duckDb, `${schemaPath}.${quoteIdentifier(name)}`, table);
    files.push(...view.files);
    problems.push(...view.problems);
    schemas.add(schemaPath);
    for (const shortName of [`${SHORT_NAMES}.${name}`, `${schema}.${name}`]) {
      namesakes.set(shortName.toLowerCase(), [...(namesakes.get(shortName.toLowerCase()) ?? []), table]);
    }
  }
  const shortNames = await defineAmbiguousNames(duckDb, namesakes);
  problems.push(...shortNames.problems);
  const searchPath = [...shortNames.schemas, ...schemas];
  if (searchPath.length > 0) {
    await duckDb.run(`SET search_path = ${quoteLiteral(searchPath.join(','))}`);
  }
  return { catalogs, files, problems };
}

/**
 * Creates views for short names that several tables have, which fail the queries that use them. DuckDB would take the
 * first of these tables.
 *
 * @param namesakes the tables of each name: the one of its schema, or of {@link SHORT_NAMES}, and its own
 */
async function defineAmbiguousNames(
  duckDb: DuckDb,
  namesakes: ReadonlyMap<string, readonly FoundTable[]>,
): Promise<{ readonly schemas: readonly string[]; readonly problems: readonly string[] }> {
  const schemas = new Set<string>();
  const problems: string[] = [];
  for (const [shortName, tables] of namesakes) {
    const [first] = tables;
    if (tables.length < 2 || first === undefined) {
      continue;
    }
    const isWithoutSchema = shortName.startsWith(`${SHORT_NAMES}.`);
    const schema = isWithoutSchema ? SHORT_NAMES : first.name.schema;
    const written = isWithoutSchema ? first.name.name : `${schema}.${first.name.name}`;
    const candidates = tables.map(({ name }) => fullTableName(name));
    const problem = `${written} is ambiguous: it can be ${candidates.join(' or ')}. Use the full name.`;
    const columns = tables.flatMap(({ definition }) => definition?.columns ?? []);
    const schemaPath = `memory.${quoteIdentifier(schema)}`;
    await duckDb.run(`CREATE SCHEMA IF NOT EXISTS ${schemaPath}`);
    await duckDb.run(
      `CREATE VIEW ${schemaPath}.${quoteIdentifier(first.name.name)} AS ${failingSelect(problem, columns)}`,
    );
    schemas.add(schemaPath);
    problems.push(problem);
  }
  return { schemas: [...schemas], problems };
}

/** Creates a view for the table. */
async function defineView(
  duckDb: DuckDb,
  view: string,
  table: FoundTable,
): Promise<{ readonly files: readonly string[]; readonly problems: readonly string[] }> {
  const { name, definition, snapshot, problem } = table;
  try {
    if (definition === undefined || snapshot === undefined || problem !== undefined) {
      throw problem;
    }
    // To create the view, DuckDB opens the data files, which may be gone or damaged.
    await duckDb.run(`CREATE VIEW ${view} AS ${tableSelect(snapshot, definition.columns)}`);
    return { files: dataFiles(snapshot), problems: [] };
  } catch (error) {
    const reason = `${fullTableName(name)} can't be read: ${toError(error).message}`;
    await duckDb.run(`CREATE VIEW ${view} AS ${failingSelect(reason, definition?.columns ?? [])}`);
    return { files: [], problems: [reason] };
  }
}

/**
 * A query that binds but fails when it is run, even if none of its columns is selected.
 *
 * @param columns the columns that queries may select. Without them, DuckDB's error for an unknown column lists the
 * known ones, and the only one here states the reason.
 */
function failingSelect(problem: string, columns: readonly DeltaColumn[]): string {
  const known = new Map(columns.map(({ name, type }) => [name.toLowerCase(), { name, type }]));
  const nulls = Array.from(
    known.values(),
    ({ name, type }) => `CAST(NULL AS ${duckDbType(type)}) AS ${quoteIdentifier(name)}`,
  );
  const reason = `NULL AS ${quoteIdentifier(problemColumn(problem))}`;
  return `SELECT ${[...nulls, reason].join(', ')} WHERE error(${quoteLiteral(problem)}) IS NULL`;
}
