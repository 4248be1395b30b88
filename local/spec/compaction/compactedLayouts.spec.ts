import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordCompaction } from '../../lib/compaction/compactionRecord.ts';
import { compactTable } from '../../lib/compaction/compactTable.ts';
import { planFullCompaction } from '../../lib/compaction/planCompaction.ts';
import { dataFilePath } from '../../lib/delta/dataFilePath.ts';
import type { AddAction, DeltaAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { FollowedLog } from '../../lib/delta/followedLog.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { compactionFolder } from '../../lib/files/dataPaths.ts';
import { dataFileName } from '../../lib/flush/dataFileName.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { vacuumTables } from '../../lib/storage/vacuumTables.ts';
import { useTableStore } from '../storage/storeFixture.ts';

const NAME = 'main.o.t';
const FLUSHES = 4;

/** A value with all that folders and URIs write differently. */
const ODD = 'a b/c=d%41:ü+#?';

const partitioned = parseCreateTable(
  `CREATE TABLE main.o.t (p STRING, n BIGINT, d TIMESTAMP, v STRING) PARTITIONED BY (p, d)`,
);
const clustered = parseCreateTable(
  `CREATE TABLE main.o.t (${Array.from({ length: 40 }, (_, index) => `c${index} INT`).join(', ')},
     s STRUCT<region: STRING>, n BIGINT) CLUSTER BY (s.region, c38)`,
);
const numbered = parseCreateTable(
  `CREATE TABLE main.o.t (id BIGINT GENERATED ALWAYS AS IDENTITY, n BIGINT, twice BIGINT GENERATED ALWAYS AS (n * 2),
     text STRING DEFAULT 'none') TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')`,
);

describe('a compaction', () => {
  const fixture = useTableStore();
  let duckDb: DuckDb;

  beforeEach(() => {
    duckDb = new DuckDb();
  });

  afterEach(() => duckDb.close());

  async function flushRows(store: TableStore, ...rows: readonly object[]): Promise<void> {
    await store.append(NAME, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), rows.length);
    await store.flush();
  }

  async function optimize(): Promise<void> {
    for await (const { problem } of optimizeTables(fixture().dataDir, [])) {
      expect(problem).toBeUndefined();
    }
  }

  async function vacuum(): Promise<number> {
    let deleted = 0;
    for await (const { problem, paths } of vacuumTables(fixture().dataDir, [], { retentionMs: 0, isDryRun: false })) {
      expect(problem).toBeUndefined();
      deleted += paths.length;
    }
    return deleted;
  }

  async function snapshotOf(tablePath: string): Promise<DeltaSnapshot> {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    return snapshot;
  }

  async function liveFiles(tablePath: string): Promise<readonly AddAction[]> {
    return [...(await snapshotOf(tablePath)).files.values()];
  }

  async function dataFiles(tablePath: string): Promise<readonly string[]> {
    const files = await readdir(tablePath, { recursive: true });
    return files.filter((file) => file.endsWith('.parquet') && !file.startsWith('_delta_log')).sort();
  }

  /** What a data file has, without the log. */
  async function stored(tablePath: string, path: string, columns = '*'): Promise<readonly unknown[]> {
    const file = quoteLiteral(dataFilePath(tablePath, path));
    const reader = await duckDb.run(`SELECT ${columns} FROM read_parquet([${file}], hive_partitioning = false)`);
    return [reader.columnNames(), ...reader.getRowsJson()];
  }

  async function actionsAt(tablePath: string, version: number): Promise<readonly DeltaAction[]> {
    const lines = (await readFile(commitPath(tablePath, version), 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as DeltaAction);
  }

  describe('of a partitioned table', () => {
    it('merges the files of each partition into one, in its folder, without the partition columns', async () => {
      const store = await fixture().open({ tables: [partitioned], optimizeAfterFiles: 0 });
      const tablePath = store.tablePath(NAME);
      for (let flush = 0; flush < FLUSHES; flush += 1) {
        const n = 10 * flush;
        const rows = [
          { n: n + 2, p: ODD },
          { n: n + 1, p: ODD, d: 1 },
          { n },
          { n: n + 4, p: '' },
          { n: n + 3, p: ODD },
        ];
        await flushRows(store, ...rows);
      }
      const before = await readTable(tablePath, 'SELECT p, n, d, v FROM this ORDER BY n');
      const files = await liveFiles(tablePath);
      const placeOf = ({ path, partitionValues }: AddAction) => JSON.stringify([dirname(path), partitionValues]);
      expect(files.length).toBe(3 * FLUSHES);
      await optimize();
      const merged = await liveFiles(tablePath);
      expect(merged.length).toBe(3);
      expect(new Set(merged.map(placeOf))).toEqual(new Set(files.map(placeOf)));
      expect(await readTable(tablePath, 'SELECT p, n, d, v FROM this ORDER BY n')).toEqual(before);
      const ofNull = merged.find(({ partitionValues }) => partitionValues['p'] === null);
      expect(ofNull?.partitionValues).toEqual({ p: null, d: null });
      expect(await stored(tablePath, ofNull?.path ?? '')).toEqual([
        ['n', 'v'],
        ...[0, 4, 10, 14, 20, 24, 30, 34].map((n) => [String(n), null]),
      ]);
      expect(JSON.parse(ofNull?.stats ?? '')).toEqual({
        numRecords: 8,
        minValues: { n: 0 },
        maxValues: { n: 34 },
        nullCount: { n: 0, v: 8 },
      });
      const { version, removedFiles } = await snapshotOf(tablePath);
      expect(new Set([...removedFiles.values()].map(({ path }) => path))).toEqual(
        new Set(files.map(({ path }) => path)),
      );
      const [, add, ...removes] = await actionsAt(tablePath, version);
      expect(removes.map(({ remove }) => remove?.partitionValues)).toEqual(
        Array(FLUSHES).fill(add?.add?.partitionValues),
      );
      expect(await vacuum()).toBe(3 * FLUSHES);
      expect(await dataFiles(tablePath)).toEqual(merged.map(({ path }) => decodeURIComponent(path)).sort());
      await flushRows(store, { n: 40, p: ODD });
      await store.close();
      expect((await readTable(tablePath, 'SELECT count(*) FROM this WHERE p IS NOT NULL')).rows).toEqual([['13']]);
    });

    it('is made in the background, partition by partition', async () => {
      const store = await fixture().open({ tables: [partitioned], optimizeAfterFiles: 4 });
      for (let n = 0; n < 16; n += 1) {
        await flushRows(store, { n, p: ODD }, { n });
      }
      await store.close();
      await (await fixture().open({ tables: [], optimizeAfterFiles: 0 })).close();
      const tablePath = store.tablePath(NAME);
      expect((await liveFiles(tablePath)).length).toBeLessThan(32);
      const { rows } = await readTable(tablePath, 'SELECT p, n FROM this ORDER BY n, p');
      expect(rows).toEqual(Array.from({ length: 32 }, (_, row) => [row % 2 === 0 ? ODD : null, String(row >> 1)]));
      expect(fixture().errors).toEqual([]);
    });

    it('finds the folders of a column that begins with an underscore, but nothing hidden', async () => {
      const table = parseCreateTable('CREATE TABLE main.o.t (n BIGINT, _day DATE) PARTITIONED BY (_day)');
      const store = await fixture().open({ tables: [table], optimizeAfterFiles: 0 });
      const tablePath = store.tablePath(NAME);
      for (let n = 0; n < FLUSHES; n += 1) {
        await flushRows(store, { n, _day: 1 });
      }
      await optimize();
      expect((await liveFiles(tablePath)).map(({ path }) => dirname(path))).toEqual(['_day=1970-01-02']);
      expect(await vacuum()).toBe(FLUSHES);
      expect((await dataFiles(tablePath)).length).toBe(1);
    });

    it('leaves nothing in the folder of a partition if the process ends before the commit', async () => {
      const store = await fixture().open({ tables: [partitioned] });
      await flushRows(store, { n: 1, p: ODD });
      await store.close();
      const tablePath = store.tablePath(NAME);
      const before = await dataFiles(tablePath);
      const records = compactionFolder(fixture().dataDir, partitioned);
      const identity = await recordCompaction(records, 7);
      const [file] = await liveFiles(tablePath);
      const folder = dirname(dataFilePath(tablePath, file?.path ?? ''));
      await writeFile(join(folder, dataFileName(identity)), 'PAR1');
      await (await fixture().open({ tables: [] })).close();
      expect(await dataFiles(tablePath)).toEqual(before);
      expect(await readdir(records)).toEqual([]);
    });
  });

  it('of a clustered table sorts the rows of all files, keeps the order of equal ones, and their statistics', async () => {
    const store = await fixture().open({ tables: [clustered], optimizeAfterFiles: 0 });
    const tablePath = store.tablePath(NAME);
    const regions = ['b', null, 'a', 'b'];
    for (let flush = 0; flush < FLUSHES; flush += 1) {
      const rows = regions.map((region, index) => ({ n: 4 * flush + index, c38: flush % 2, s: { region } }));
      await flushRows(store, ...rows);
    }
    await store.close();
    await optimize();
    const [merged, ...others] = await liveFiles(tablePath);
    expect(others).toEqual([]);
    const [, ...rows] = await stored(tablePath, merged?.path ?? '', 's.region, c38, n::INT');
    expect(rows).toEqual([
      ...[2, 10].map((n) => ['a', 0, n]),
      ...[6, 14].map((n) => ['a', 1, n]),
      ...[0, 3, 8, 11].map((n) => ['b', 0, n]),
      ...[4, 7, 12, 15].map((n) => ['b', 1, n]),
      ...[1, 9].map((n) => [null, 0, n]),
      ...[5, 13].map((n) => [null, 1, n]),
    ]);
    const { minValues, maxValues } = JSON.parse(merged?.stats ?? '');
    expect([minValues.c38, maxValues.c38, minValues.s, maxValues.s]).toEqual([0, 1, { region: 'a' }, { region: 'b' }]);
  });

  it('of a table with numbers keeps them, and does not conflict with those that a flush gives meanwhile', async () => {
    const store = await fixture().open({ tables: [numbered], optimizeAfterFiles: 0 });
    const tablePath = store.tablePath(NAME);
    for (let n = 0; n < FLUSHES; n += 1) {
      await flushRows(store, { n }, { n: n + 100, text: null });
    }
    const before = await readTable(tablePath);
    let commits = 0;
    const target = {
      log: await FollowedLog.from(await snapshotOf(tablePath)),
      definition: numbered,
      recordFolder: compactionFolder(fixture().dataDir, numbered),
      exclusively: async <Result>(task: (ownDuckDb: DuckDb) => Promise<Result>) => {
        await (commits++ === 0 ? flushRows(store, { n: 7 }) : undefined);
        return task(duckDb);
      },
    };
    const ownDuckDb = new DuckDb();
    const result = await compactTable(ownDuckDb, target, {
      plan: (snapshot) => (commits === 0 ? planFullCompaction(snapshot) : []),
      isAutomatic: false,
      isStopped: () => false,
    });
    ownDuckDb.close();
    expect(result).toEqual({ removedFiles: FLUSHES, addedFiles: 1 });
    await flushRows(store, { n: 8 });
    await store.close();
    const { rows } = await readTable(tablePath, 'SELECT * FROM this ORDER BY id');
    expect(rows).toEqual([...before.rows, ['9', '7', '14', 'none'], ['10', '8', '16', 'none']]);
    expect((await snapshotOf(tablePath)).metaData.schemaString).toContain('"delta.identity.highWaterMark":10');
  });
});
