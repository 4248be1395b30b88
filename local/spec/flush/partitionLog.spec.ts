import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { commitAsOther, useTableStore } from '../storage/storeFixture.ts';
import { addsIn, appendRows, byText, column, NAME, parquetFiles, partitionedTable } from './partitionedTable.ts';

describe('the log of a partitioned table', () => {
  const fixture = useTableStore();

  it('keeps the partition values in a checkpoint', async () => {
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

  it('may be in a checkpoint of another writer, which has the values in two forms', async () => {
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

  it('may have the values in the forms of another writer', async () => {
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
});
