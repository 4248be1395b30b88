import { deepStrictEqual } from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AddAction, DeltaAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import type { DeltaColumn, DeltaTable, DeltaType } from '../../lib/schema/deltaType.ts';
import { partitioningProblem } from '../../lib/schema/layoutProblem.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { commitAsOther, useTableStore } from '../storage/storeFixture.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { rowLine, rowsArbitrary, typeArbitrary } from './columnArbitrary.ts';

const NAME = 'main.spec.parts';

/** A table with these columns, partitioned by the last ones. */
function partitionedTable(columns: readonly DeltaColumn[], partitionColumns: readonly string[]): DeltaTable {
  return { catalog: 'main', schema: 'spec', name: 'parts', columns, partitionColumns };
}

function column(name: string, type: DeltaType, nullable = true): DeltaColumn {
  return { name, type, nullable };
}

const byText = partitionedTable([column('n', { kind: 'integer' }), column('p', { kind: 'string' })], ['p']);

async function appendRows(store: TableStore, rows: readonly object[]): Promise<void> {
  await store.append(NAME, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), rows.length);
}

/** The adds of a commit, in their order. */
async function addsIn(tablePath: string, version: number): Promise<readonly AddAction[]> {
  const text = await readFile(join(tablePath, '_delta_log', `${String(version).padStart(20, '0')}.json`), 'utf8');
  const actions = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DeltaAction);
  return actions.flatMap(({ add }) => (add === undefined ? [] : [add]));
}

async function parquetFiles(tablePath: string): Promise<readonly string[]> {
  return (await readdir(tablePath, { recursive: true })).filter((name) => /^[^_].*\.parquet$/.test(name));
}

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

  it('keeps its partition values in a checkpoint', async () => {
    const store = await fixture().open({ tables: [byText] });
    await appendRows(store, [{ n: 1, p: 'a/b' }, { n: 2 }]);
    await store.flush();
    const tablePath = store.tablePath(NAME);
    const duckDb = new DuckDb();
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    await writeCheckpoint(snapshot, duckDb);
    await rm(join(tablePath, '_delta_log/00000000000000000000.json'));
    const again = await readDeltaLog(tablePath, duckDb);
    duckDb.close();
    expect(again?.partitionColumns).toEqual(['p']);
    expect([...(again?.files.values() ?? [])].map(({ partitionValues }) => partitionValues)).toEqual([
      { p: 'a/b' },
      { p: null },
    ]);
  });

  it('is read from a checkpoint of another writer, which has the partition values in two forms', async () => {
    const store = await fixture().open({ tables: [byText] });
    await appendRows(store, [{ n: 1, p: 'a/b' }, { n: 2 }]);
    await store.flush();
    const tablePath = store.tablePath(NAME);
    const duckDb = new DuckDb();
    const snapshot = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
    await writeCheckpoint(snapshot, duckDb);
    const path = join(tablePath, '_delta_log/00000000000000000001.checkpoint.parquet');
    await rename(path, `${path}.own`);
    const parsed =
      "struct_insert(add, partitionValues_parsed := {'p': add.partitionValues['p']}, stats_parsed := {'numRecords': 1})";
    await duckDb.run(
      `COPY (SELECT * REPLACE (CASE WHEN add IS NULL THEN NULL ELSE ${parsed} END AS add) FROM read_parquet(${quoteLiteral(`${path}.own`)})) ` +
        `TO ${quoteLiteral(path)} (FORMAT parquet)`,
    );
    duckDb.close();
    await rm(`${path}.own`);
    await rm(join(tablePath, '_delta_log/00000000000000000000.json'));
    await appendRows(store, [{ n: 3, p: 'c' }]);
    await store.close();
    const again = await fixture().open({ tables: [] });
    await appendRows(again, [{ n: 4, p: 'c' }]);
    await again.flush();
    expect((await readTable(tablePath, 'SELECT n, p FROM this ORDER BY n')).rows).toEqual([
      [1, 'a/b'],
      [2, null],
      [3, 'c'],
      [4, 'c'],
    ]);
    expect(fixture().errors).toEqual([]);
  });

  it('loses and doubles nothing if the process ends before or after the commit', async () => {
    const store = await fixture().open({ tables: [byText] });
    await appendRows(store, [
      { n: 1, p: 'x' },
      { n: 2, p: 'y z' },
    ]);
    const beforeFlush = await fixture().kill();
    await store.flush();
    const tablePath = join(beforeFlush, 'tables/main/spec/parts');
    // The data files are written, and the commit is not.
    const adds = await addsIn(store.tablePath(NAME), 1);
    for (const folder of ['p=x', 'p=y z']) {
      await cp(join(store.tablePath(NAME), folder), join(tablePath, folder), { recursive: true });
    }
    await writeFile(join(tablePath, 'p=x/other.parquet'), '');
    const second = await openTableStore({ dataDir: beforeFlush, tables: [], onError: fail });
    await second.close();
    expect((await readTable(tablePath, 'SELECT n, p FROM this ORDER BY n')).rows).toEqual([
      [1, 'x'],
      [2, 'y z'],
    ]);
    const left = await parquetFiles(tablePath);
    expect(left.length).toBe(3);
    expect(left.some((path) => adds.some((add) => decodeURIComponent(add.path) === path))).toBe(false);
  });

  it('serves a partitioned table that another writer has made, with its forms of values', async () => {
    const dataDir = fixture().dataDir;
    const columns = [
      column('n', { kind: 'integer' }),
      column('at', { kind: 'timestamp' }),
      column('local', { kind: 'timestamp_ntz' }),
      column('d', { kind: 'double' }),
    ];
    const made = await fixture().open({ dataDir, tables: [partitionedTable(columns, ['at', 'local', 'd'])] });
    await appendRows(made, [{ n: 1, at: 0, local: 0, d: 0.5 }]);
    await made.flush();
    const tablePath = made.tablePath(NAME);
    const [add] = (await addsIn(tablePath, 1)) as [AddAction];
    expect(add.partitionValues).toEqual({
      at: '1970-01-01T00:00:00.000000Z',
      local: '1970-01-01 00:00:00.000000',
      d: '0.5',
    });
    const foreign = { at: '1970-01-01 00:00:00', local: '1970-01-01 00:00:00', d: '5.0E-1' };
    await commitAsOther(
      tablePath,
      { remove: { path: add.path, dataChange: true } },
      { add: { ...add, partitionValues: foreign } },
    );
    await appendRows(made, [{ n: 2 }]);
    await made.flush();
    const { rows } = await readTable(tablePath, 'SELECT * FROM this ORDER BY n');
    expect(rows).toEqual([
      [1, '1970-01-01 00:00:00+00', '1970-01-01 00:00:00', 0.5],
      [2, null, null, null],
    ]);
    expect(fixture().errors).toEqual([]);
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
