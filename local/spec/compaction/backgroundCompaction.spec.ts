import { readdir } from 'node:fs/promises';
import type { DeltaSnapshot } from '../../lib/delta/deltaSnapshot.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { compactionFolder } from '../../lib/files/dataPaths.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { tableSelect } from '../../lib/sql/tableSelect.ts';
import { lockCompactions } from '../../lib/storage/lockCompactions.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';

const FLUSHES = 200;
const columns = parseCreateTable('CREATE TABLE main.o.t (n BIGINT)').columns;

describe('a table that is flushed again and again', () => {
  const fixture = useTableStore();
  const numbers = Array.from({ length: FLUSHES }, (_, index) => index);

  async function flushAll(store: TableStore, onFlush: (n: number) => unknown = () => undefined): Promise<void> {
    for (const n of numbers) {
      await appendNumbers(store, [n]);
      await store.flush();
      await onFlush(n);
    }
  }

  async function snapshotOf(tablePath: string): Promise<DeltaSnapshot> {
    const duckDb = new DuckDb();
    try {
      return (await readDeltaLog(tablePath, duckDb)) as DeltaSnapshot;
    } finally {
      duckDb.close();
    }
  }

  /** Resolves when the table has at most this many files. Flushes a row each time, up to a limit. */
  async function untilFewFiles(store: TableStore, most: number): Promise<readonly number[]> {
    const added: number[] = [];
    for (let n = FLUSHES; n < 5 * FLUSHES; n += 1) {
      if ((await snapshotOf(store.tablePath(TABLE_NAME))).files.size <= most) {
        break;
      }
      await appendNumbers(store, [n]);
      await store.flush();
      added.push(n);
    }
    return added;
  }

  it('has few files, each row once and each file in the order of the rows', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 16 });
    const tablePath = store.tablePath(TABLE_NAME);
    await flushAll(store);
    const more = await untilFewFiles(store, 32);
    await store.close();
    expect(await numbersIn(tablePath)).toEqual([...numbers, ...more]);
    const { files, removedFiles } = await snapshotOf(tablePath);
    expect(files.size).toBeLessThanOrEqual(32);
    const duckDb = new DuckDb();
    try {
      const paths = [...files.keys()].map((path) => `${tablePath.replaceAll("'", "''")}/${path}`);
      const sorted = await duckDb.run(
        `SELECT bool_and(n > previous) FROM (SELECT n, lag(n, 1, -1) OVER (PARTITION BY filename ORDER BY file_row_number) ` +
          `AS previous FROM read_parquet(['${paths.join("', '")}'], filename = true, file_row_number = true))`,
      );
      expect(String(sorted.getRowsJson()[0]?.[0])).toBe('true');
    } finally {
      duckDb.close();
    }
    // Replaced files stay for readers of earlier versions.
    const onDisk = (await readdir(tablePath)).filter((name) => name.endsWith('.parquet'));
    expect(onDisk.length).toBe(files.size + removedFiles.size);
    expect(await readdir(compactionFolder(fixture().dataDir, { catalog: 'main', schema: 'o', name: 't' }))).toEqual([]);
    expect(fixture().errors).toEqual([]);
  }, 60_000);

  it('is read as of the version that a reader has opened, whatever is merged meanwhile', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 4 });
    const tablePath = store.tablePath(TABLE_NAME);
    const readers: { readonly select: string; readonly rows: number }[] = [];
    await flushAll(store, async (n) => {
      if (n % 20 === 7) {
        readers.push({ select: tableSelect(await snapshotOf(tablePath), columns), rows: n + 1 });
      }
    });
    await store.close();
    const duckDb = new DuckDb();
    try {
      for (const { select, rows } of readers) {
        const read = await duckDb.run(`SELECT count(*), count(DISTINCT n), max(n) FROM (${select})`);
        expect(String(read.getRowsJson()[0])).toBe(`${rows},${rows},${rows - 1}`);
      }
    } finally {
      duckDb.close();
    }
  }, 60_000);

  it('keeps its files if that is turned off, for the server or for the table', async () => {
    const properties = { 'delta.autoOptimize.autoCompact': 'false' };
    const kept = { ...parseCreateTable('CREATE TABLE main.o.kept (n BIGINT)'), properties };
    const store = await fixture().open({ optimizeAfterFiles: 4, tables: [kept] });
    for (let n = 0; n < 12; n += 1) {
      await appendNumbers(store, [n], 'main.o.kept');
      await store.flush();
    }
    const tablePath = store.tablePath('main.o.kept');
    await store.close();
    expect((await snapshotOf(tablePath)).files.size).toBe(12);
    const off = await fixture().open({ optimizeAfterFiles: 0 });
    for (let n = 0; n < 40; n += 1) {
      await appendNumbers(off, [n]);
      await off.flush(TABLE_NAME);
    }
    await off.close();
    expect((await snapshotOf(off.tablePath(TABLE_NAME))).files.size).toBe(40);
  });

  it('is left alone while another process merges files', async () => {
    const store = await fixture().open({ optimizeAfterFiles: 4 });
    const unlock = await lockCompactions(fixture().dataDir);
    for (let n = 0; n < 12; n += 1) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    expect((await snapshotOf(store.tablePath(TABLE_NAME))).files.size).toBe(12);
    unlock?.();
    await store.close();
    expect(fixture().errors).toEqual([]);
  });
});
