import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetCompaction, recordCompaction } from '../../lib/compaction/compactionRecord.ts';
import { compactionFolder } from '../../lib/files/dataPaths.ts';
import { dataFileName } from '../../lib/flush/dataFileName.ts';
import { lockCompactions } from '../../lib/storage/lockCompactions.ts';
import {
  actionIn,
  appendNumbers,
  commitAsOther,
  numbersIn,
  TABLE_NAME,
  useTableStore,
} from '../storage/storeFixture.ts';

describe('the files of an interrupted compaction', () => {
  const fixture = useTableStore();
  let tablePath: string;
  let folder: string;

  beforeEach(async () => {
    const store = await fixture().open();
    tablePath = store.tablePath(TABLE_NAME);
    folder = compactionFolder(fixture().dataDir, { catalog: 'main', schema: 'o', name: 't' });
    await appendNumbers(store, [1, 2]);
    await store.close();
  });

  async function dataFiles(): Promise<readonly string[]> {
    return (await readdir(tablePath)).filter((name) => name.endsWith('.parquet')).sort();
  }

  it('are removed at the start if they were not committed, and others of unknown origin stay', async () => {
    const before = await dataFiles();
    const identity = await recordCompaction(folder, 7);
    await writeFile(join(tablePath, dataFileName(identity)), 'PAR1');
    const unknown = dataFileName({ number: 7, id: '01234567-89ab-4def-8123-456789abcdef' });
    await writeFile(join(tablePath, unknown), 'PAR1');
    await fixture().open();
    expect(await dataFiles()).toEqual([...before, unknown].sort());
    expect(await readdir(folder)).toEqual([]);
  });

  it('stay if they were committed, also if another writer has removed them since', async () => {
    const { path, ...add } = await actionIn(tablePath, 1, 'add');
    const identity = await recordCompaction(folder, 7);
    const merged = dataFileName(identity);
    await copyFile(join(tablePath, path), join(tablePath, merged));
    const removal = { deletionTimestamp: Date.now(), dataChange: false };
    await commitAsOther(tablePath, { add: { ...add, path: merged } }, { remove: { path, ...removal } });
    const first = await fixture().open();
    await first.close();
    expect(await numbersIn(tablePath)).toEqual([1, 2]);
    expect(await dataFiles()).toEqual([path, merged].sort());
    await recordCompaction(folder, 8).then((other) => forgetCompaction(folder, other));
    expect(await readdir(folder)).toEqual([]);
  });

  it('are left to the process that is writing them', async () => {
    const identity = await recordCompaction(folder, 7);
    await writeFile(join(tablePath, dataFileName(identity)), 'PAR1');
    const unlock = await lockCompactions(fixture().dataDir);
    const store = await fixture().open();
    expect((await dataFiles()).length).toBe(2);
    expect((await readdir(folder)).length).toBe(1);
    unlock?.();
    await store.close();
  });
});
