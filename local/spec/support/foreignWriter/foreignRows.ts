import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignAdd } from './foreignAction.ts';
import { type ForeignDatabase, sqlText } from './foreignDatabase.ts';
import { foreignSqlType, parseForeignSchema } from './foreignSchema.ts';
import type { ForeignSnapshot } from './foreignSnapshot.ts';

/** A row that was read: its number, and whether its other columns are those of this number. */
export interface FoundRow {
  readonly number: number;
  readonly isIntact: boolean;
}

/** The other columns of row `n`, as DuckDB SQL by column. */
const values: Readonly<Record<string, string>> = {
  n: 'n',
  m: 'n % 1000',
  payload: "'row ' || n || ' ' || repeat('x', (n % 40)::INT)",
  s: '{x: n % 7}',
};

const IS_INTACT = `coalesce(m::VARCHAR = (${values['m']})::VARCHAR AND payload = ${values['payload']} AND s.x = n % 7, false)`;

/** The row line of row `n`, as the service hands it to the store. */
export function rowLineOf(n: number): string {
  return `{"n":${n},"m":${n % 1000},"payload":"row ${n} ${'x'.repeat(n % 40)}","s":{"x":${n % 7}}}\n`;
}

/** Reads the rows of data files, and caches them, since a data file never changes. */
export class ForeignRowReader {
  readonly #database: ForeignDatabase;
  readonly #known = new Map<string, readonly FoundRow[]>();
  readonly #types = new Map<string, string>();

  constructor(database: ForeignDatabase) {
    this.#database = database;
  }

  /** The rows of a file, in order; undefined if the file is missing. */
  async rowsOf(tablePath: string, add: ForeignAdd): Promise<readonly FoundRow[] | undefined> {
    const path = join(tablePath, decodeURIComponent(add.path));
    const key = `${path} ${add.size}`;
    if (!existsSync(path)) {
      return undefined;
    }
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const read = await this.#database.run(
      `SELECT n, ${IS_INTACT} FROM read_parquet(${sqlText(path)}, file_row_number = true) ORDER BY file_row_number`,
    );
    const rows = read.map(([number, intact]) => ({ number: Number(number), isIntact: intact === true }));
    this.#known.set(key, rows);
    return rows;
  }

  /** The type of column `m` in the file, which foreign writers change. */
  async typeOfM(tablePath: string, add: ForeignAdd): Promise<string> {
    const path = join(tablePath, decodeURIComponent(add.path));
    const known = this.#types.get(path);
    if (known !== undefined) {
      return known;
    }
    const [row] = await this.#database.run(`SELECT any_value(typeof(m)) FROM read_parquet(${sqlText(path)})`);
    const type = String(row?.[0]);
    this.#types.set(path, type);
    return type;
  }
}

/** A query that returns the rows of these numbers. */
export function selectNumbers(numbers: readonly number[]): string {
  const columns = Object.entries(values).map(([name, value]) => `${value} AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM (SELECT unnest([${numbers.join(', ')}]::BIGINT[]) AS n)`;
}

/** A query that returns the rows of data files. */
export function selectFiles(tablePath: string, adds: readonly ForeignAdd[]): string {
  const paths = adds.map((add) => sqlText(join(tablePath, decodeURIComponent(add.path))));
  return `SELECT * FROM read_parquet([${paths.join(', ')}], union_by_name = true)`;
}

/**
 * Writes the result of a query as a data file with all columns of the table.
 *
 * @returns its `add`
 */
export async function writeForeignFile(
  database: ForeignDatabase,
  tablePath: string,
  schemaString: ForeignSnapshot['metaData']['schemaString'],
  select: string,
  dataChange: boolean,
): Promise<ForeignAdd> {
  const described = await database.run(`DESCRIBE ${select}`);
  const present = new Set(described.map(([name]) => String(name)));
  const columns = parseForeignSchema(schemaString).fields.map(
    ({ name, type }) => `CAST(${present.has(name) ? name : 'NULL'} AS ${foreignSqlType(type)}) AS ${name}`,
  );
  const path = `part-00000-${randomUUID()}-c000.snappy.parquet`;
  // Renamed last, so that a half-written file is never mistaken for a file of a killed writer.
  const absolute = join(tablePath, path);
  const unfinished = join(tablePath, `_${path}`);
  await database.run(
    `COPY (SELECT ${columns.join(', ')} FROM (${select})) TO ${sqlText(unfinished)} (FORMAT parquet, USE_TMP_FILE false)`,
  );
  await rename(unfinished, absolute);
  const [counted] = await database.run(
    `SELECT count(*), min(n)::BIGINT, max(n)::BIGINT FROM read_parquet(${sqlText(absolute)})`,
  );
  const [rows, least, most] = (counted ?? []).map(Number);
  const { size, mtimeMs } = await stat(absolute);
  const stats = { numRecords: rows, minValues: { n: least }, maxValues: { n: most }, nullCount: { n: 0 } };
  return {
    path,
    partitionValues: {},
    size,
    modificationTime: Math.floor(mtimeMs),
    dataChange,
    stats: JSON.stringify(stats),
  };
}
