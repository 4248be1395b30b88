import { copyFile, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitPath, parseLogFileName } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { actionIn, appendNumbers, commitAsOther, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('a table whose log another writer has compacted', () => {
  const fixture = useTableStore();

  /** Writes a checkpoint like a writer that lets every `txn` expire at once, and deletes the commits up to it. */
  async function forgetTransactions(tablePath: string, keepsCommits = false): Promise<void> {
    const duckDb = new DuckDb();
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    snapshot.transactions.clear();
    await writeCheckpoint(snapshot, duckDb);
    duckDb.close();
    for (const name of keepsCommits ? [] : await readdir(join(tablePath, '_delta_log'))) {
      const file = parseLogFileName(name);
      if (file?.kind === 'commit' && file.version <= snapshot.version) {
        await unlink(join(tablePath, '_delta_log', name));
      }
    }
  }

  async function parquetFiles(tablePath: string): Promise<readonly string[]> {
    return (await readdir(tablePath)).filter((name) => name.endsWith('.parquet'));
  }

  it('keeps every live data file at the next start, although its txn is gone', async () => {
    const first = await fixture().open();
    const tablePath = first.tablePath(TABLE_NAME);
    for (const n of [1, 2, 3, 4]) {
      await appendNumbers(first, [n]);
      await first.flush();
    }
    await first.close();
    await forgetTransactions(tablePath);
    const second = await fixture().open();
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4]);
    expect((await parquetFiles(tablePath)).length).toBe(4);
    await appendNumbers(second, [5]);
    await second.close();
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4, 5]);
    expect(fixture().errors).toEqual([]);
  });

  it('keeps removed data files that are not vacuumed yet, and files of unknown origin', async () => {
    const first = await fixture().open();
    const tablePath = first.tablePath(TABLE_NAME);
    await appendNumbers(first, [1]);
    await first.close();
    const { path } = await actionIn(tablePath, 1, 'add');
    await commitAsOther(tablePath, { remove: { path, deletionTimestamp: Date.now(), dataChange: true } });
    const foreign = 'zerobus-000000000099-01234567-89ab-4def-8123-456789abcdef-01234567.zstd.parquet';
    await writeFile(join(tablePath, foreign), '');
    await forgetTransactions(tablePath);
    await fixture().open();
    expect([...(await parquetFiles(tablePath))].sort()).toEqual([path, foreign].sort());
  });

  it('has a segment once that was committed before the crash, as its file names show', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1, 2]);
    const killed = await fixture().kill();
    await first.close();
    // The commit and its file have reached the disk, but the deletion of the segment has not.
    const tablePath = join(killed, 'tables/main/o/t');
    const { path } = await actionIn(first.tablePath(TABLE_NAME), 1, 'add');
    await copyCommit(first.tablePath(TABLE_NAME), tablePath, path);
    await forgetTransactions(tablePath);
    const second = await fixture().open({ dataDir: killed });
    expect(second.counters(TABLE_NAME).unflushedRows).toBe(0);
    await second.close();
    expect(await numbersIn(tablePath)).toEqual([1, 2]);
  });

  it('has a segment once whose files were replaced, expired and are only named by old commits', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1, 2]);
    const killed = await fixture().kill();
    await first.close();
    const tablePath = join(killed, 'tables/main/o/t');
    const add = await actionIn(first.tablePath(TABLE_NAME), 1, 'add');
    await copyCommit(first.tablePath(TABLE_NAME), tablePath, add.path);
    await copyFile(join(tablePath, add.path), join(tablePath, 'optimized.parquet'));
    // An expired tombstone, which checkpoints omit.
    await commitAsOther(
      tablePath,
      { remove: { path: add.path, deletionTimestamp: 1, dataChange: false } },
      { add: { ...add, path: 'optimized.parquet', dataChange: false } },
    );
    await forgetTransactions(tablePath, true);
    await rm(join(tablePath, add.path));
    const second = await fixture().open({ dataDir: killed });
    await second.close();
    expect(await numbersIn(tablePath)).toEqual([1, 2]);
    expect(fixture().errors).toEqual([]);
  });

  it('has a segment set aside if nothing shows any more whether it was committed', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await first.flush();
    await appendNumbers(first, [2]);
    const killed = await fixture().kill();
    await first.close();
    // A newer copy of the folder replaces the one that the segment was written for.
    const tablePath = join(killed, 'tables/main/o/t');
    const add = await actionIn(first.tablePath(TABLE_NAME), 2, 'add');
    const txn = await actionIn(first.tablePath(TABLE_NAME), 2, 'txn');
    await copyFile(join(first.tablePath(TABLE_NAME), add.path), join(tablePath, 'other.parquet'));
    await commitAsOther(tablePath, { txn: { ...txn, version: 100 } }, { add: { ...add, path: 'other.parquet' } });
    const second = await fixture().open({ dataDir: killed });
    await second.close();
    expect(await numbersIn(tablePath)).toEqual([1, 2]);
    expect(fixture().errors).toEqual([jasmine.stringMatching(/no longer tells whether .* are in the table/)]);
    const id = await readdir(join(killed, 'wal/main/o/t'));
    expect((await readdir(join(killed, 'wal/main/o/t', id[0] as string, 'rejected'))).length).toBe(1);
  });

  async function copyCommit(from: string, to: string, path: string): Promise<void> {
    await copyFile(join(from, path), join(to, path));
    await copyFile(commitPath(from, 1), commitPath(to, 1));
  }
});
