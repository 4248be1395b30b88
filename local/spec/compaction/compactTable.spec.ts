import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompactionTarget, compactTable } from '../../lib/compaction/compactTable.ts';
import { planFullCompaction } from '../../lib/compaction/planCompaction.ts';
import { FollowedLog } from '../../lib/delta/followedLog.ts';
import { commitPath } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { compactionFolder } from '../../lib/files/dataPaths.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { lockCompactions } from '../../lib/storage/lockCompactions.ts';
import {
  actionIn,
  appendNumbers,
  commitAsOther,
  numbersIn,
  TABLE_NAME,
  useTableStore,
} from '../storage/storeFixture.ts';

const name = { catalog: 'main', schema: 'o', name: 't' };
const definition = parseCreateTable('CREATE TABLE main.o.t (n BIGINT)');

describe('compactTable', () => {
  const fixture = useTableStore();
  let duckDb: DuckDb;
  let tablePath: string;

  beforeEach(async () => {
    duckDb = new DuckDb();
    const store = await fixture().open({ optimizeAfterFiles: 0 });
    tablePath = store.tablePath(TABLE_NAME);
    for (const n of [1, 2, 3, 4, 5]) {
      await appendNumbers(store, [n, 10 - n]);
      await store.flush();
    }
    await store.close();
  });

  afterEach(() => duckDb.close());

  /** The table, with a step right before each commit. */
  async function target(beforeCommit: () => Promise<unknown> = async () => undefined): Promise<CompactionTarget> {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new Error('there should be a table');
    }
    return {
      log: await FollowedLog.from(snapshot),
      definition,
      recordFolder: compactionFolder(fixture().dataDir, name),
      exclusively: async (task) => {
        await beforeCommit();
        return task(duckDb);
      },
    };
  }

  async function compact(compacted: CompactionTarget): ReturnType<typeof compactTable> {
    const ownDuckDb = new DuckDb();
    const unlock = await lockCompactions(fixture().dataDir);
    try {
      return await compactTable(ownDuckDb, compacted, {
        plan: planFullCompaction,
        isAutomatic: false,
        isStopped: () => false,
      });
    } finally {
      ownDuckDb.close();
      unlock?.();
    }
  }

  async function dataFiles(): Promise<readonly string[]> {
    return (await readdir(tablePath)).filter((file) => file.endsWith('.parquet'));
  }

  async function records(): Promise<readonly string[]> {
    return readdir(compactionFolder(fixture().dataDir, name));
  }

  it('replaces small files by one in a commit that changes no data, in the order of the log', async () => {
    expect(await compact(await target())).toEqual({ removedFiles: 5, addedFiles: 1 });
    const actions = (await readFile(commitPath(tablePath, 6), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    expect(actions.map((action) => Object.keys(action)[0])).toEqual(['commitInfo', 'add', ...Array(5).fill('remove')]);
    expect(actions[0].commitInfo).toEqual(jasmine.objectContaining({ operation: 'OPTIMIZE', isBlindAppend: false }));
    expect(actions.slice(1).map((action) => (action.add ?? action.remove).dataChange)).toEqual(Array(6).fill(false));
    expect(JSON.parse(actions[1].add.stats)).toEqual({
      numRecords: 10,
      minValues: { n: 1 },
      maxValues: { n: 9 },
      nullCount: { n: 0 },
    });
    const { rows } = await readTable(tablePath);
    expect(rows.map(([n]) => Number(n))).toEqual([1, 9, 2, 8, 3, 7, 4, 6, 5, 5]);
    expect((await dataFiles()).length).toBe(6);
    expect(await records()).toEqual([]);
    expect(await compact(await target())).toEqual({ removedFiles: 0, addedFiles: 0 });
  });

  it('sorts the rows if the table is clustered', async () => {
    await compact({ ...(await target()), definition: { ...definition, clusterColumns: ['n'] } });
    const { rows } = await readTable(tablePath);
    expect(rows.map(([n]) => Number(n))).toEqual([1, 2, 3, 4, 5, 5, 6, 7, 8, 9]);
  });

  it('does not conflict with rows that others append meanwhile', async () => {
    let commits = 0;
    const append = async () => {
      if (commits++ > 0) {
        return;
      }
      const store = await fixture().open({ optimizeAfterFiles: 0 });
      await appendNumbers(store, [100]);
      await store.close();
    };
    expect(await compact(await target(append))).toEqual({ removedFiles: 7, addedFiles: 2 });
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 100]);
  });

  it('gives up if another writer has removed one of the files meanwhile, and leaves nothing', async () => {
    const { path } = await actionIn(tablePath, 2, 'add');
    const remove = () =>
      commitAsOther(tablePath, { remove: { path, deletionTimestamp: Date.now(), dataChange: true } });
    let commits = 0;
    const once = async () => (commits++ === 0 ? remove() : undefined);
    expect(await compact(await target(once))).toEqual({ removedFiles: 0, addedFiles: 0 });
    expect(await numbersIn(tablePath)).toEqual([1, 3, 4, 5, 5, 6, 7, 9]);
    expect((await dataFiles()).length).toBe(5);
    expect(await records()).toEqual([]);
    // The rest is merged by the next compaction.
    expect(await compact(await target())).toEqual({ removedFiles: 4, addedFiles: 1 });
  });

  it('commits no file that is gone', async () => {
    const removeAll = async () => {
      const { path } = await actionIn(tablePath, 5, 'add');
      for (const file of (await dataFiles()).filter(
        (each) => each.startsWith('zerobus-000000000004') && each !== path,
      )) {
        await unlink(join(tablePath, file));
      }
    };
    await expectAsync(target(removeAll).then(compact)).toBeRejectedWithError(/ENOENT/);
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4, 5, 5, 6, 7, 8, 9]);
    expect(await records()).toEqual([]);
  });

  it('gives up if another writer has changed the columns meanwhile', async () => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const schema = JSON.parse(metaData.schemaString);
    schema.fields.push({ name: 'm', type: 'long', nullable: true, metadata: {} });
    const change = () => commitAsOther(tablePath, { metaData: { ...metaData, schemaString: JSON.stringify(schema) } });
    expect((await compact(await target(change))).addedFiles).toBe(0);
    expect((await dataFiles()).length).toBe(5);
    // Files without the new column get it as NULL.
    expect((await compact(await target())).addedFiles).toBe(1);
    expect((await readTable(tablePath, 'SELECT count(*), count(m) FROM this')).rows).toEqual([['10', '0']]);
  });

  it('keeps the columns that rows in the write-ahead log do not have', async () => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    await compact({ ...(await target()), definition: { ...definition, columns: [] } });
    expect(metaData.schemaString).toContain('"n"');
    expect(await numbersIn(tablePath)).toEqual([1, 2, 3, 4, 5, 5, 6, 7, 8, 9]);
  });
});
