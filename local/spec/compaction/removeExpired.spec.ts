import { cp, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { removeExpired } from '../../lib/compaction/removeExpired.ts';
import { parseLogFileName } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { retentionProperties } from '../../lib/delta/tableRetention.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { optimizeTables } from '../../lib/storage/optimizeTables.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import {
  actionIn,
  appendNumbers,
  commitAsOther,
  numbersIn,
  TABLE_NAME,
  useTableStore,
} from '../storage/storeFixture.ts';

const COMMITS = 45;
const numbers = Array.from({ length: COMMITS }, (_, index) => index + 1);

/** Everything may be removed at once. */
const table = {
  ...parseCreateTable('CREATE TABLE main.o.t (n BIGINT)'),
  properties: {
    'delta.logRetentionDuration': 'interval 0 seconds',
    'delta.deletedFileRetentionDuration': 'interval 0 seconds',
  },
};

describe('a table whose retention is over', () => {
  const fixture = useTableStore();

  async function commitVersions(tablePath: string): Promise<readonly number[]> {
    const files = (await readdir(join(tablePath, '_delta_log'))).map(parseLogFileName);
    return files.flatMap((file) => (file?.kind === 'commit' ? [file.version] : []));
  }

  async function dataFiles(tablePath: string): Promise<readonly string[]> {
    return (await readdir(tablePath)).filter((name) => name.endsWith('.parquet'));
  }

  async function optimize(dataDir: string): Promise<void> {
    for await (const { problem } of optimizeTables(dataDir, [])) {
      expect(problem).toBeUndefined();
    }
  }

  /** Commits until the log was cleaned up. */
  async function untilCleanedUp(store: TableStore, tablePath: string): Promise<number> {
    let n = COMMITS;
    for (; n < 10 * COMMITS && (await commitVersions(tablePath)).length > 40; n += 1) {
      await appendNumbers(store, [n + 1]);
      await store.flush();
    }
    return n;
  }

  it('keeps its rows but neither old commits nor removed files', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 8, tables: [table] });
    const tablePath = store.tablePath(TABLE_NAME);
    for (const n of numbers) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    const last = await untilCleanedUp(store, tablePath);
    await store.close();
    const expected = Array.from({ length: last }, (_, index) => index + 1);
    expect(await numbersIn(tablePath)).toEqual(expected);
    expect((await commitVersions(tablePath)).length).toBeLessThanOrEqual(40);
    expect((await dataFiles(tablePath)).length).toBeLessThan(last);
    await (await fixture().open()).close();
    expect(await numbersIn(tablePath)).toEqual(expected);
    expect(fixture().errors).toEqual([]);
  }, 60_000);

  it('keeps the traces of a segment that a crash has left, until the next start has recognized it', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 0, tables: [table] });
    const tablePath = store.tablePath(TABLE_NAME);
    const writeAheadFolder = join(fixture().dataDir, 'wal/main/o/t', store.tableId(TABLE_NAME));
    for (const n of numbers) {
      await appendNumbers(store, [n]);
      if (n === 3) {
        // Its commit reaches the disk, but the deletion of the segment does not.
        await cp(writeAheadFolder, `${writeAheadFolder}-before`, { recursive: true });
      }
      await store.flush();
    }
    await store.close();
    const [segment = ''] = (await readdir(`${writeAheadFolder}-before`)).filter((name) => name.endsWith('.ndjson'));
    await cp(join(`${writeAheadFolder}-before`, segment), join(writeAheadFolder, segment));
    await rm(`${writeAheadFolder}-before`, { recursive: true });
    const before = (await commitVersions(tablePath)).length;
    // The command merges the segment's file away, and removes nothing else.
    await optimize(fixture().dataDir);
    await optimize(fixture().dataDir);
    expect((await commitVersions(tablePath)).length).toBe(before + 1);
    expect((await dataFiles(tablePath)).length).toBeGreaterThan(1);
    const second = await fixture().open();
    expect(second.counters(TABLE_NAME).unflushedRows).toBe(0);
    await second.close();
    expect(await numbersIn(tablePath)).toEqual(numbers);
    await optimize(fixture().dataDir);
    expect(await numbersIn(tablePath)).toEqual(numbers);
    expect(fixture().errors).toEqual([]);
  }, 60_000);

  it('has its default retention in its properties, unless its definition has another', async () => {
    const store = await fixture().open({ tables: [table, parseCreateTable('CREATE TABLE main.o.u (n BIGINT)')] });
    expect((await actionIn(store.tablePath(TABLE_NAME), 0, 'metaData')).configuration).toEqual(table.properties);
    expect((await actionIn(store.tablePath('main.o.u'), 0, 'metaData')).configuration).toEqual(retentionProperties);
  });

  it('loses no file that was added again, and none outside of its folder', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 0, tables: [table] });
    const tablePath = store.tablePath(TABLE_NAME);
    await appendNumbers(store, [1]);
    await store.close();
    const add = await actionIn(tablePath, 1, 'add');
    const other = join(fixture().dataDir, 'tables', 'main', 'o', 'other.parquet');
    await cp(join(tablePath, add.path), other);
    await utimes(other, 0, 0);
    const removal = { deletionTimestamp: 1, dataChange: true };
    await commitAsOther(tablePath, { remove: { path: add.path, ...removal } }, { add });
    await commitAsOther(tablePath, { remove: { path: '../other.parquet', ...removal } });
    const duckDb = new DuckDb();
    const snapshot = await readDeltaLog(tablePath, duckDb);
    duckDb.close();
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    expect(await removeExpired(fixture().dataDir, snapshot)).toBe(true);
    expect(await numbersIn(tablePath)).toEqual([1]);
    expect(await readdir(join(other, '..'))).toContain('other.parquet');
  });
});
