import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { compactFiles } from '../../lib/compaction/compactFiles.ts';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import { rowLine, rowsArbitrary } from '../flush/columnArbitrary.ts';
import { appendNumbers, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';

const FLUSHES = 8;

const table = parseCreateTable(`CREATE TABLE main.o.types (a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE,
  g STRING, h VARCHAR(50), i BOOLEAN, j BINARY, k DATE, l TIMESTAMP, m TIMESTAMP_NTZ, n DECIMAL(5, 2), o DECIMAL(18, 4),
  p DECIMAL(38, 10), q ARRAY<STRUCT<x: BIGINT, y: ARRAY<DECIMAL(20, 3)>>>, r MAP<INT, ARRAY<DOUBLE>>,
  s STRUCT<x: STRUCT<y: DATE, z: MAP<STRING, BOOLEAN>>>)`);
const variants = parseCreateTable('CREATE TABLE main.o.variants (v VARIANT, l ARRAY<VARIANT>, s STRUCT<v: VARIANT>)');

describe('files that were merged', () => {
  const fixture = useTableStore();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  async function liveFiles(tablePath: string): Promise<readonly AddAction[]> {
    return [...((await readDeltaLog(tablePath, duckDb))?.files.values() ?? [])];
  }

  /** The physical and logical types of a file. */
  async function parquetSchema(path: string): Promise<string> {
    const columns =
      'name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type';
    const schema = await duckDb.run(`SELECT ${columns} FROM parquet_schema(${quoteLiteral(path)})`);
    return JSON.stringify(schema.getRowsJson());
  }

  async function optimize(): Promise<void> {
    for await (const { problem } of optimizeTables(fixture().dataDir, [])) {
      expect(problem).toBeUndefined();
    }
  }

  it('have the same values and types, also NaN, -0 and variants', async () => {
    const store = await fixture().open({ tables: [table, variants], optimizeAfterFiles: 0 });
    const rows = fc.sample(rowsArbitrary(table.columns), { numRuns: FLUSHES, seed: 7 });
    for (const [index, some] of rows.entries()) {
      const lines = [...some.map((row) => rowLine(table.columns, row)), `{"e":"NaN","f":-0.0,"a":${index}}\n`];
      await store.append('main.o.types', Buffer.from(lines.join('')), lines.length);
      const variant = JSON.stringify({ n: index, exact: '12345678901234567890.123', list: [null, { x: 1.5 }] });
      const line = JSON.stringify({ v: variant, l: [variant, null, 'null'], s: index % 2 === 0 ? null : { v: '1e3' } });
      await store.append('main.o.variants', Buffer.from(`${line}\n{}\n`), 2);
      await store.flush();
    }
    await store.close();
    const paths = ['main.o.types', 'main.o.variants'].map((name) => store.tablePath(name));
    const before = await Promise.all(paths.map((path) => readTable(path)));
    const schemas = await Promise.all(
      paths.map(async (path) => parquetSchema(join(path, (await liveFiles(path))[0]?.path ?? ''))),
    );
    await optimize();
    for (const [index, path] of paths.entries()) {
      const [merged, ...others] = await liveFiles(path);
      expect(others).toEqual([]);
      expect(JSON.stringify(await readTable(path))).toBe(JSON.stringify(before[index]));
      expect(await parquetSchema(join(path, merged?.path ?? ''))).toBe(schemas[index] ?? '');
    }
    const [types] = await liveFiles(paths[0] ?? '');
    const { numRecords, minValues } = JSON.parse(types?.stats ?? '{}');
    expect(numRecords).toBe(before[0]?.rows.length);
    // No bounds can express NaN.
    expect(minValues.e).toBeUndefined();
  }, 60_000);

  it('are in the folder of their partition, with its values', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 0 });
    const tablePath = store.tablePath(TABLE_NAME);
    for (const n of [1, 2]) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    // The folder of the value "a b", as Hive escapes it. The log escapes that once more.
    await mkdir(join(tablePath, 'day=a%20b'));
    const files = (await liveFiles(tablePath)).map((file) => ({
      ...file,
      path: `day=a%2520b/${file.path}`,
      partitionValues: { day: 'a b' },
    }));
    for (const { path } of await liveFiles(tablePath)) {
      await rename(join(tablePath, path), join(tablePath, 'day=a%20b', path));
    }
    const identity = { number: 1, id: '01234567-89ab-4def-8123-456789abcdef' };
    const columns = parseCreateTable('CREATE TABLE main.o.t (n BIGINT)').columns;
    const merged = await compactFiles(duckDb, files, { tablePath, columns, clusterColumns: [], identity });
    expect(merged.path).toMatch(/^day=a%2520b\/zerobus-000000000001-01234567-.*\.parquet$/);
    expect(merged.partitionValues).toEqual({ day: 'a b' });
    await expectAsync(access(join(tablePath, decodeURIComponent(merged.path)))).toBeResolved();
  });
});
