/**
 * Lets an independent Delta reader, ClickHouse with delta-kernel-rs, read tables that the store has written. Compares
 * every row with the written rows, and with DuckDB's result over our own reading of the log. Variants, which that
 * reader does not know, are read by Spark's library.
 *
 * Then lets five readers read a table of each shape, and writes what they make of them into docs/readers.md.
 *
 * Run it with `npm run verify:delta`, or with `npm run verify:delta -- --readers` for the table only. It exits with 1
 * if anything differs.
 */

import { mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parseLogFileName } from '../../lib/delta/logFileName.ts';
import type { DeltaColumn, DeltaTable } from '../../lib/schema/deltaType.ts';
import { fullTableName } from '../../lib/schema/deltaType.ts';
import { parseCreateTables } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { type DayRange, type ExpectedValue, rowLine, rowsArbitrary } from '../flush/columnArbitrary.ts';
import { CHDB_VERSION, type Chdb, installChdb } from './installChdb.ts';
import { installSpark, type Spark } from './installSpark.ts';
import { comparable } from './kernelForm.ts';
import { kernelReader, kernelRows } from './readers/kernelReader.ts';
import { pythonReaders } from './readers/pythonReaders.ts';
import { sparkReader } from './readers/sparkReader.ts';
import { shapes } from './shapes/shapes.ts';
import { alteredTables, type ReadAll, verifyAltered } from './verifyAltered.ts';
import { verifyReaders } from './verifyReaders.ts';
import { verifyVariants } from './verifyVariants.ts';

/** ClickHouse's own range of dates: the years 1900 to 2299. */
const days: DayRange = { first: -25_567, last: 120_529 };
const COMMITS = 25;
const SEED = 20_260_101;

/** ClickHouse misreads partition values of DECIMAL with more than 18 digits: it swaps the halves of their 128 bits. */
const tables = parseCreateTables(`
  CREATE TABLE verify.delta.scalars (n INT NOT NULL, a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE, g STRING,
    h VARCHAR(50), i BOOLEAN, j BINARY, k DATE, l TIMESTAMP, m DECIMAL(5, 2), o DECIMAL(18, 4), p DECIMAL(38, 10), q DECIMAL);
  CREATE TABLE verify.delta.without_zone (n INT NOT NULL, a TIMESTAMP_NTZ, b ARRAY<TIMESTAMP_NTZ>);
  CREATE TABLE verify.delta.nested (n INT NOT NULL, a ARRAY<STRING>, b MAP<STRING, BIGINT>, c STRUCT<x: INT, y: STRING>,
    d ARRAY<STRUCT<x: BIGINT, y: ARRAY<DECIMAL(20, 3)>>>, e MAP<INT, ARRAY<DOUBLE>>, f STRUCT<x: STRUCT<y: DATE, z: MAP<STRING, BOOLEAN>>>);
  CREATE TABLE verify.delta.partitioned (n INT NOT NULL, a STRING, b STRING, c DATE, d TIMESTAMP, e DECIMAL(10, 3), f BOOLEAN)
    PARTITIONED BY (b, c, d, e, f);
  CREATE TABLE verify.delta.clustered (n INT NOT NULL, a STRING, b BIGINT) CLUSTER BY (b, a);
  CREATE TABLE verify.delta.variants (n INT, v VARIANT);
  CREATE TABLE verify.delta.shared (n INT, a STRING);
  CREATE TABLE verify.delta.without_rows (n INT NOT NULL, a STRUCT<x: BIGINT>);
`);

/** Conditions that a reader answers by skipping files, based on their statistics. */
const conditions: readonly string[] = [
  'd = 9223372036854775807',
  'd = -9223372036854775808',
  'd > 9007199254740993',
  'm >= 900.5',
  'p < 0',
  "k >= '2000-01-01'",
  "l < '1970-01-01 00:00:00'",
  "g >= 'M'",
  'c IS NULL',
  'f < -1e300',
  'n = 17',
];

/** The rows of a table. The first column of each is its number. */
function makeRows(table: DeltaTable): readonly (readonly ExpectedValue[])[] {
  const [, ...columns] = table.columns;
  const rows = fc.sample(rowsArbitrary(columns, days), { seed: SEED, numRuns: COMMITS * 4 }).flat();
  return rows.map((row, index) => [{ json: String(index), read: index }, ...row]);
}

/** Writes the rows in many commits, with checkpoints. */
async function writeRows(
  store: TableStore,
  table: DeltaTable,
  rows: readonly (readonly ExpectedValue[])[],
): Promise<void> {
  const size = Math.ceil(rows.length / COMMITS);
  for (let start = 0; start < rows.length; start += size) {
    const lines = rows.slice(start, start + size).map((row) => rowLine(table.columns, row));
    await store.append(fullTableName(table), Buffer.from(lines.join('')), lines.length);
    await store.flush(fullTableName(table));
  }
}

/** Deletes the commits that the newest checkpoint makes superfluous. */
function removeOldCommits(tablePath: string): number {
  const folder = join(tablePath, '_delta_log');
  const files = readdirSync(folder)
    .map(parseLogFileName)
    .filter((file) => file !== undefined);
  const checkpoint = Math.max(...files.map((file) => (file.kind === 'checkpoint' ? file.version : -1)));
  const superfluous = files.filter((file) => file.kind === 'commit' && file.version < checkpoint);
  for (const file of superfluous) {
    unlinkSync(join(folder, file.name));
  }
  return superfluous.length;
}

function readByKernel(
  chdb: Chdb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  condition: string,
): readonly unknown[][] {
  return kernelRows(chdb, tablePath, columns, condition).map((row) => toComparable(row, columns));
}

async function readByDuckDb(
  tablePath: string,
  columns: readonly DeltaColumn[],
  condition: string,
): Promise<readonly unknown[][]> {
  const selected = columns
    .map(({ name, type }) => (type.kind === 'binary' ? `hex("${name}")` : `"${name}"`))
    .join(', ');
  const { rows } = await readTable(tablePath, `SELECT ${selected} FROM this WHERE ${condition} ORDER BY n`);
  return rows.map((row) => toComparable(row, columns));
}

function toComparable(row: readonly unknown[], columns: readonly DeltaColumn[]): unknown[] {
  return columns.map((column, index) => comparable(column.type, row[index] ?? null));
}

/** The value as it was written, in the form in which it is read: binaries are hexadecimal digits. */
function asWritten(column: DeltaColumn, value: ExpectedValue | undefined): unknown {
  if (column.type.kind !== 'binary' || value === undefined || value.read === null) {
    return value?.read;
  }
  return Buffer.from(JSON.parse(value.json), 'base64').toString('hex').toUpperCase();
}

/** Describes how two results differ. Undefined if they don't. */
function difference(
  one: readonly unknown[][],
  other: readonly unknown[][],
  columns: readonly DeltaColumn[],
): string | undefined {
  if (one.length !== other.length) {
    return `${one.length} rows against ${other.length}`;
  }
  for (const [rowIndex, row] of one.entries()) {
    for (const [index, column] of columns.entries()) {
      const [a, b] = [row[index], other[rowIndex]?.[index]];
      if (!isDeepStrictEqual(a, b)) {
        return `row ${rowIndex}, column ${column.name}: ${JSON.stringify(a)} against ${JSON.stringify(b)}`;
      }
    }
  }
  return undefined;
}

let failures = 0;

function report(what: string, found: string | undefined): void {
  failures += found === undefined ? 0 : 1;
  console.log(`${found === undefined ? 'same     ' : 'DIFFERENT'} ${what}${found === undefined ? '' : `: ${found}`}`);
}

async function verify(chdb: Chdb, spark: Spark | undefined, dataDir: string): Promise<void> {
  const store = await openTableStore({ dataDir, tables: [...tables, ...alteredTables] });
  for (const table of tables.filter(({ name }) => name !== 'shared' && name !== 'variants')) {
    const tablePath = store.tablePath(fullTableName(table));
    const { columns } = table;
    const rows = table.name === 'without_rows' ? [] : makeRows(table);
    await writeRows(store, table, rows);
    const before = readByKernel(chdb, tablePath, columns, '1 = 1');
    const duckDbRows = await readByDuckDb(tablePath, columns, '1 = 1');
    const { version } = store.counters(fullTableName(table));
    report(
      `${table.name}: ${rows.length} rows, version ${version}, by delta-kernel and by DuckDB`,
      difference(before, duckDbRows, columns),
    );
    const written = rows.map((row) =>
      toComparable(
        columns.map((column, index) => {
          const value = asWritten(column, row[index]);
          // An empty text is the null partition.
          return value === '' && table.partitionColumns?.includes(column.name) ? null : value;
        }),
        columns,
      ),
    );
    report(`${table.name}: by delta-kernel and as written`, difference(before, written, columns));
    if (rows.length > 0) {
      const removed = removeOldCommits(tablePath);
      const after = readByKernel(chdb, tablePath, columns, '1 = 1');
      report(
        `${table.name}: from the checkpoint, ${removed} commits before it deleted`,
        difference(after, duckDbRows, columns),
      );
      for await (const { removedFiles, addedFiles } of optimizeTables(dataDir, [fullTableName(table)])) {
        report(
          `${table.name}: ${removedFiles} files merged into ${addedFiles}, by delta-kernel`,
          difference(readByKernel(chdb, tablePath, columns, '1 = 1'), duckDbRows, columns),
        );
      }
    }
    for (const condition of table.name === 'scalars' ? conditions : []) {
      const kernelRows = readByKernel(chdb, tablePath, columns, condition);
      const expected = await readByDuckDb(tablePath, columns, condition);
      report(`${table.name}: where ${condition}: ${expected.length} rows`, difference(kernelRows, expected, columns));
    }
  }
  await verifyForeignCommit(chdb, store);
  const readAll: ReadAll = async (what, fullName, columns, expected) => {
    const tablePath = store.tablePath(fullName);
    const rows = expected.map((row) => toComparable(row, columns));
    report(`${what}, by DuckDB`, difference(await readByDuckDb(tablePath, columns, '1 = 1'), rows, columns));
    report(`${what}, by delta-kernel`, difference(readByKernel(chdb, tablePath, columns, '1 = 1'), rows, columns));
  };
  await verifyAltered(store, readAll, report);
  await verifyVariants(store, spark, SEED, report);
  await store.close();
}

/** Lets the other engine append to a table that the store has open. */
async function verifyForeignCommit(chdb: Chdb, store: TableStore): Promise<void> {
  const name = 'verify.delta.shared';
  const tablePath = store.tablePath(name);
  const columns = tables.find((table) => fullTableName(table) === name)?.columns ?? [];
  await store.append(name, Buffer.from('{"n":1,"a":"ours"}\n'), 1);
  await store.flush(name);
  chdb.query(
    `INSERT INTO FUNCTION deltaLakeLocal('${tablePath}') SELECT toInt32(2) AS n, 'theirs' AS a SETTINGS ` +
      'allow_experimental_delta_kernel_rs = 1, allow_experimental_delta_lake_writes = 1, allow_delta_lake_writes = 1',
    'TabSeparated',
  );
  await store.append(name, Buffer.from('{"n":3,"a":"ours"}\n'), 1);
  await store.flush(name);
  const expected = [
    ['1', 'ours'],
    ['2', 'theirs'],
    ['3', 'ours'],
  ];
  report(
    'shared: both engines have appended, by delta-kernel',
    difference(readByKernel(chdb, tablePath, columns, '1 = 1'), expected, columns),
  );
  report(
    'shared: both engines have appended, by DuckDB',
    difference(await readByDuckDb(tablePath, columns, '1 = 1'), expected, columns),
  );
}

const chdb = installChdb(process.cwd());
const home = process.cwd();
const dataDir = mkdtempSync(join(tmpdir(), 'zerobus-verify-'));
try {
  // ClickHouse reads no file outside its working directory.
  process.chdir(dataDir);
  if (!process.argv.includes('--readers')) {
    await verify(chdb, installSpark(home), join(dataDir, 'checked'));
  }
  const readers = [kernelReader(chdb, CHDB_VERSION), ...pythonReaders(home), sparkReader(home)];
  await verifyReaders(home, join(dataDir, 'shapes'), readers, shapes, report);
} finally {
  process.chdir(home);
  rmSync(dataDir, { recursive: true });
}
console.log(failures === 0 ? 'verify:delta: every table is read the same' : `verify:delta: ${failures} differences`);
process.exitCode = failures === 0 ? 0 : 1;
