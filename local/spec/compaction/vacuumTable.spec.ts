import { promises } from 'node:fs';
import { cp, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { recordCompaction } from '../../lib/compaction/compactionRecord.ts';
import { type VacuumResult, vacuumTable } from '../../lib/compaction/vacuumTable.ts';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { compactionFolder } from '../../lib/files/dataPaths.ts';
import { dataFileName } from '../../lib/flush/dataFileName.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { vacuumTables } from '../../lib/storage/vacuumTables.ts';
import { parseSegmentName } from '../../lib/wal/segment.ts';
import { appendNumbers, commitAsOther, numbersIn, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';

const HOUR_MS = 3_600_000;
const name = { catalog: 'main', schema: 'o', name: 't' };

describe('vacuumTable', () => {
  const fixture = useTableStore();
  let store: TableStore;
  let tablePath: string;

  beforeEach(async () => {
    store = await fixture().open({ optimizeAfterFiles: 0 });
    tablePath = store.tablePath(TABLE_NAME);
    for (const n of [1, 2, 3]) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
  });

  async function vacuum(retentionMs?: number, isDryRun = false): Promise<VacuumResult> {
    const duckDb = new DuckDb();
    try {
      const snapshot = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
      return await vacuumTable(fixture().dataDir, name, snapshot, duckDb, { retentionMs, isDryRun });
    } finally {
      duckDb.close();
    }
  }

  async function optimize(): Promise<void> {
    for await (const { problem } of optimizeTables(fixture().dataDir, [])) {
      expect(problem).toBeUndefined();
    }
  }

  async function put(path: string, ageMs: number): Promise<string> {
    const file = join(tablePath, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, 'PAR1');
    const at = new Date(Date.now() - ageMs);
    await utimes(file, at, at);
    return file;
  }

  async function dataFiles(): Promise<readonly string[]> {
    return (await readdir(tablePath, { recursive: true })).filter((file) => file.endsWith('.parquet'));
  }

  it('deletes files that were removed from the table when the retention is over, while a server runs', async () => {
    await optimize();
    expect((await vacuum()).paths.length).toBe(0);
    expect((await vacuum(HOUR_MS)).paths.length).toBe(0);
    expect((await vacuum(0, true)).paths.length).toBe(3);
    const { paths, bytes } = await vacuum(0);
    expect(paths.length).toBe(3);
    expect(bytes).toBeGreaterThan(0);
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3]);
    await appendNumbers(store, [4]);
    await store.flush();
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4]);
  });

  it('deletes old files that never belonged to the table, also in partitions, but nothing hidden', async () => {
    const orphan = await put('part-0.parquet', 25 * HOUR_MS);
    const inPartition = await put('day=2024-01-01/part-1.parquet', 25 * HOUR_MS);
    await put('day=2024-01-01/part-2.parquet', 23 * HOUR_MS);
    await put('_change_data/cdc-3.parquet', 25 * HOUR_MS);
    await put('.hidden/part-4.parquet', 25 * HOUR_MS);
    await put('notes.txt', 25 * HOUR_MS);
    expect([...(await vacuum()).paths].sort()).toEqual([inPartition, orphan].sort());
    expect(
      (await readdir(tablePath, { recursive: true })).filter((file) => /part|cdc|notes/.test(file)).sort(),
    ).toEqual(
      ['.hidden/part-4.parquet', '_change_data/cdc-3.parquet', 'day=2024-01-01/part-2.parquet', 'notes.txt'].sort(),
    );
  });

  it('keeps files that a server or the command is about to commit', async () => {
    await appendNumbers(store, [4]);
    const [segment] = (await readdir(join(fixture().dataDir, 'wal/main/o/t', store.tableId(TABLE_NAME))))
      .map(parseSegmentName)
      .filter((identity) => identity !== undefined);
    const record = await recordCompaction(compactionFolder(fixture().dataDir, name), 3);
    if (segment === undefined) {
      throw new Error('there should be a segment');
    }
    await put(dataFileName(segment), HOUR_MS);
    await put(`day=2024-01-01/${dataFileName(record)}`, HOUR_MS);
    expect((await vacuum(0)).paths).toEqual([]);
  });

  it('keeps a file that was removed and added again, whatever its spelling', async () => {
    const file = await put('a b.parquet', 25 * HOUR_MS);
    const add = { path: 'a%20b.parquet', partitionValues: {}, size: 4, modificationTime: 0, dataChange: true };
    await commitAsOther(
      tablePath,
      { remove: { path: 'a%20b.parquet', deletionTimestamp: 1, dataChange: true } },
      { add },
    );
    expect((await vacuum(0)).paths).toEqual([]);
    expect(await dataFiles()).toContain('a b.parquet');
    expect(file).toContain('a b.parquet');
  });

  it('keeps a file that another writer has committed since the log was read, even if that commit was cleaned up', async () => {
    const duckDb = new DuckDb();
    try {
      const snapshot = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
      await put('part-0.parquet', 25 * HOUR_MS);
      const add = { path: 'part-0.parquet', partitionValues: {}, size: 4, modificationTime: 0, dataChange: true };
      await commitAsOther(tablePath, { add });
      const newest = (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
      await writeCheckpoint(newest, duckDb);
      for (let version = 0; version <= newest.version; version += 1) {
        await rm(commitPath(tablePath, version));
      }
      const options = { retentionMs: 0, isDryRun: false };
      expect((await vacuumTable(fixture().dataDir, name, snapshot, duckDb, options)).paths).toEqual([]);
    } finally {
      duckDb.close();
    }
  });

  it('reads the log of a table only once, and those of others not at all if it is named', async () => {
    await cp(tablePath, join(tablePath, '../other'), { recursive: true });
    const { readFile } = promises;
    const read: string[] = [];
    promises.readFile = (async (path: string, ...more: never[]) => {
      const content = await readFile(path, ...more);
      read.push(basename(String(path)));
      return content;
    }) as typeof readFile;
    syncBuiltinESMExports();
    try {
      for await (const { problem } of vacuumTables(fixture().dataDir, ['t'], { isDryRun: false })) {
        expect(problem).toBeUndefined();
      }
    } finally {
      promises.readFile = readFile;
      syncBuiltinESMExports();
    }
    const commits = read.filter((file) => /^\d{20}\.json$/.test(file));
    expect(commits.sort()).toEqual([0, 1, 2, 3].map((version) => basename(commitPath(tablePath, version))));
  });

  it('leaves a table alone whose features it does not know', async () => {
    await put('part-0.parquet', 25 * HOUR_MS);
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['deletionVectors'],
      writerFeatures: ['deletionVectors'],
    };
    await commitAsOther(tablePath, { protocol });
    await expectAsync(vacuum(0)).toBeRejectedWithError(/deletionVectors/);
  });
});
