import { deepStrictEqual } from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import type { DeltaType } from '../../lib/schema/deltaType.ts';
import { partitioningProblem } from '../../lib/schema/layoutProblem.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { useTableStore } from '../storage/storeFixture.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { rowLine, rowsArbitrary, typeArbitrary } from './columnArbitrary.ts';
import { addsIn, appendRows, byText, column, NAME, parquetFiles, partitionedTable } from './partitionedTable.ts';

describe('a partitioned table', () => {
  const fixture = useTableStore();
  const temporaryDirectory = useTemporaryDirectory();

  it('has one file for each partition and flush, in folders with the names that Hive gives them', async () => {
    const store = await fixture().open({ tables: [byText] });
    const tablePath = store.tablePath(NAME);
    const odd = 'a b/c=d%41:ü+#?';
    await appendRows(store, [{ n: 1, p: odd }, { n: 2 }, { n: 3, p: odd }, { n: 4, p: '' }, { n: 5, p: '.' }]);
    await store.flush();
    const adds = await addsIn(tablePath, 1);
    expect(adds.map(({ partitionValues }) => partitionValues)).toEqual([{ p: '.' }, { p: odd }, { p: null }]);
    expect(adds.map(({ path }) => path.replace(/[^/]*$/, ''))).toEqual([
      'p=./',
      'p=a%20b%252Fc%253Dd%252541%253A%C3%BC+%2523%253F/',
      'p=__HIVE_DEFAULT_PARTITION__/',
    ]);
    expect([...(await readdir(tablePath))].sort()).toEqual([
      '_delta_log',
      'p=.',
      'p=__HIVE_DEFAULT_PARTITION__',
      'p=a b%2Fc%3Dd%2541%3Aü+%23%3F',
    ]);
    expect(adds.map(({ stats }) => JSON.parse(stats ?? ''))).toEqual([
      { numRecords: 1, minValues: { n: 5 }, maxValues: { n: 5 }, nullCount: { n: 0 } },
      { numRecords: 2, minValues: { n: 1 }, maxValues: { n: 3 }, nullCount: { n: 0 } },
      { numRecords: 2, minValues: { n: 2 }, maxValues: { n: 4 }, nullCount: { n: 0 } },
    ]);
    const read = await readTable(tablePath, 'SELECT n, p FROM this ORDER BY n');
    expect(read.rows).toEqual([
      [1, odd],
      [2, null],
      [3, odd],
      [4, null],
      [5, '.'],
    ]);
  });

  it('leaves the partition columns out of its data files', async () => {
    const store = await fixture().open({ tables: [byText] });
    await appendRows(store, [{ n: 1, p: 'x' }]);
    await store.flush();
    const tablePath = store.tablePath(NAME);
    const [file] = await parquetFiles(tablePath);
    const duckDb = new DuckDb();
    const path = quoteLiteral(join(tablePath, file as string));
    const reader = await duckDb.run(`SELECT * FROM read_parquet([${path}], hive_partitioning = false)`);
    duckDb.close();
    expect(reader.columnNames()).toEqual(['n']);
  });

  it('keeps every value of every type that can be a partition value, and the order within a partition', async () => {
    const scalar = typeArbitrary.filter(
      (type) => partitioningProblem([column('p', type), column('n', type)], ['p']) === undefined,
    );
    const property = fc.asyncProperty(
      fc
        .array(scalar, { minLength: 1, maxLength: 3 })
        .map((types) => types.map((type, index) => column(`Part_${index}`, type)))
        .chain((columns) => fc.tuple(fc.constant(columns), rowsArbitrary(columns))),
      async ([partitionColumns, rows]) => {
        const dataDir = await mkdtemp(join(temporaryDirectory(), 'run-'));
        const columns = [column('n', { kind: 'integer' }), ...partitionColumns];
        const table = partitionedTable(columns, partitionColumns.map(({ name }) => name).reverse());
        const store = await openTableStore({ dataDir, tables: [table], onError: fail });
        const kept = rows.filter((row) => row.every(({ json }, index) => isText(partitionColumns[index]?.type, json)));
        const lines = kept.map((row, n) => rowLine(columns, [{ json: String(n), read: n }, ...row]));
        await store.append(NAME, Buffer.from(lines.join('')), lines.length);
        await store.close();
        const tablePath = join(dataDir, 'tables/main/spec/parts');
        const read = await readTable(tablePath);
        const duckDb = new DuckDb();
        for (const name of await parquetFiles(tablePath)) {
          const path = quoteLiteral(join(tablePath, name));
          const reader = await duckDb.run(`SELECT n FROM read_parquet([${path}], hive_partitioning = false)`);
          const numbers = reader.getRowsJson().map(([n]) => Number(n));
          deepStrictEqual(
            numbers,
            [...numbers].sort((a, b) => a - b),
          );
        }
        duckDb.close();
        await rm(dataDir, { recursive: true });
        const sorted = [...read.rows].sort(([a], [b]) => Number(a) - Number(b));
        deepStrictEqual(
          sorted,
          kept.map((row, n) => [n, ...row.map(({ json, read: value }) => (json === '""' ? null : value))]),
        );
      },
    );
    await expectAsync(fc.assert(property, { numRuns: 25 })).toBeResolved();
  }, 60_000);

  it('writes a thousand partitions in one flush', async () => {
    const store = await fixture().open({ tables: [byText] });
    const rows = Array.from({ length: 3000 }, (_, n) => ({ n, p: `p${n % 1000}` }));
    await appendRows(store, rows);
    await store.flush();
    const tablePath = store.tablePath(NAME);
    expect((await addsIn(tablePath, 1)).length).toBe(1000);
    const read = await readTable(
      tablePath,
      "SELECT count(*), count(DISTINCT p), sum(n) FROM this WHERE p = 'p' || n % 1000",
    );
    expect(read.rows).toEqual([['3000', '1000', String((2999 * 3000) / 2)]]);
  }, 120_000);

  it('has a folder for a value that is too long for a name', async () => {
    const store = await fixture().open({ tables: [byText] });
    const values = ['x'.repeat(10_000), `${'x'.repeat(9_999)}y`, '😀'.repeat(300)];
    await appendRows(
      store,
      values.map((p, n) => ({ n, p })),
    );
    await store.flush();
    const read = await readTable(store.tablePath(NAME), 'SELECT p FROM this ORDER BY n');
    expect(read.rows).toEqual(values.map((p) => [p]));
    expect(new Set(await readdir(store.tablePath(NAME))).size).toBe(4);
  });

  it('sets a row aside whose value is no partition value, and writes the others', async () => {
    const columns = [
      column('n', { kind: 'integer' }),
      column('p', { kind: 'string' }, false),
      column('b', { kind: 'binary' }),
    ];
    const store = await fixture().open({ tables: [partitionedTable(columns, ['p', 'b'])] });
    const notUtf8 = Buffer.from([0xff]).toString('base64');
    await appendRows(store, [
      { n: 1, p: 'x' },
      { n: 2, p: '' },
      { n: 3, p: 'x' },
      { n: 4, p: 'y', b: notUtf8 },
    ]);
    await store.flush();
    expect(store.counters(NAME).rejectedRows).toBe(2);
    expect(fixture().errors).toEqual([jasmine.stringMatching(/^2 acknowledged rows can't be written/)]);
    const read = await readTable(store.tablePath(NAME), 'SELECT n FROM this ORDER BY n');
    expect(read.rows).toEqual([[1], [3]]);
    expect((await parquetFiles(store.tablePath(NAME))).length).toBe(1);
  });

  it('is refused if its partition columns can not be', async () => {
    const refused: readonly (readonly [string, readonly string[], string])[] = [
      ['variant', ['v'], "a table can't be partitioned by v, as it is of type VARIANT"],
      ['missing', ['x'], 'PARTITIONED BY names the column x, which'],
      ['twice', ['n', 'N'], 'PARTITIONED BY has the column n twice'],
      ['all', ['n', 'v'], 'all columns are partition columns'],
    ];
    const columns = [column('n', { kind: 'integer' }), column('v', { kind: 'variant' })];
    for (const [, partitionColumns, message] of refused) {
      await expectAsync(
        fixture().open({ tables: [partitionedTable(columns, partitionColumns)] }),
      ).toBeRejectedWithError(new RegExp(message));
    }
    await expectAsync(
      fixture().open({ tables: [partitionedTable([column('n', { kind: 'integer' })], ['n'])] }),
    ).toBeRejectedWithError(/all columns are partition columns/);
    const store = await fixture().open({ tables: [partitionedTable(columns, ['N'])] });
    expect((await readDeltaLog(store.tablePath(NAME), new DuckDb()))?.partitionColumns).toEqual(['n']);
  });
});

/** Whether a value can be written as the text of a partition value. */
function isText(type: DeltaType | undefined, json: string): boolean {
  if (type?.kind !== 'binary' || json === 'null') {
    return true;
  }
  const bytes = Buffer.from(JSON.parse(json) as string, 'base64');
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}
