import { readdir, rename, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('a write-ahead log that another program has touched', () => {
  const fixture = useTableStore();

  async function segmentsOf(dataDir: string): Promise<readonly string[]> {
    const root = join(dataDir, 'wal/main/o/t');
    const [id] = (await readdir(root)) as [string];
    const names = (await readdir(join(root, id))).filter((name) => name.endsWith('.ndjson'));
    return names.sort().map((name) => join(root, id, name));
  }

  /** The data directory of a killed process. Rows 1 and 2 are acknowledged one after the other, and wait. */
  async function leaveRows(): Promise<{ dataDir: string; segment: string; bytes: number }> {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    await appendNumbers(store, [2]);
    const dataDir = await fixture().kill();
    const [segment] = (await segmentsOf(dataDir)) as [string];
    return { dataDir, segment, bytes: (await stat(segment)).size };
  }

  async function restart(dataDir: string): Promise<readonly number[]> {
    await (await fixture().open({ dataDir })).close();
    return numbersIn(join(dataDir, 'tables/main/o/t'));
  }

  it('is reported as a whole when it is deleted', async () => {
    const { dataDir, bytes } = await leaveRows();
    await rm(join(dataDir, 'wal'), { recursive: true });
    expect(await restart(dataDir)).toEqual([]);
    const lost = `main\\.o\\.t: 2 acknowledged rows \\(${bytes} bytes\\) are lost: another program has deleted .*`;
    expect(fixture().errors).toEqual([jasmine.stringMatching(new RegExp(lost))]);
    // It is reported only once.
    await restart(dataDir);
    expect(fixture().errors.length).toBe(1);
  });

  it('is reported when it is emptied', async () => {
    const { dataDir, segment, bytes } = await leaveRows();
    await truncate(segment, 0);
    expect(await restart(dataDir)).toEqual([]);
    const lost = `main\\.o\\.t: 2 acknowledged rows \\(${bytes} bytes\\) are lost: another program has cut the end`;
    expect(fixture().errors).toEqual([jasmine.stringMatching(new RegExp(lost))]);
  });

  it('keeps the rows before a cut, and the cut is reported with its length', async () => {
    const { dataDir, segment, bytes } = await leaveRows();
    await truncate(segment, bytes - 3);
    expect(await restart(dataDir)).toEqual([1]);
    expect(fixture().errors).toEqual([
      jasmine.stringMatching(/main\.o\.t: the write-ahead log is damaged: .* They are kept in/),
      jasmine.stringMatching(/main\.o\.t: 1 acknowledged rows \(3 bytes\) are lost/),
    ]);
  });

  it('is reported when it is cut exactly between two frames', async () => {
    const { dataDir, segment, bytes } = await leaveRows();
    await truncate(segment, bytes / 2);
    expect(await restart(dataDir)).toEqual([1]);
    expect(fixture().errors).toEqual([
      jasmine.stringMatching(new RegExp(`1 acknowledged rows \\(${bytes / 2} bytes\\) are lost`)),
    ]);
  });

  it('is not reported after a commit whose segment was deleted, nor without an acknowledged row', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    await store.flush();
    const killed = await fixture().kill();
    expect(await restart(killed)).toEqual([1]);
    expect(fixture().errors).toEqual([]);
  });

  it('works without its watermarks, and with stale or torn ones', async () => {
    const { dataDir } = await leaveRows();
    await rm(join(dataDir, 'watermarks'), { recursive: true });
    expect(await restart(dataDir)).toEqual([1, 2]);
    const [id] = (await readdir(join(dataDir, 'wal/main/o/t'))) as [string];
    await writeFile(join(dataDir, 'watermarks/main/o/t', id), '000000000000 0123');
    expect(await restart(dataDir)).toEqual([1, 2]);
    expect(fixture().errors).toEqual([]);
  });

  for (const [what, remove] of Object.entries({
    deleted: (folder: string) => rm(folder, { recursive: true }),
    moved: (folder: string) => rename(folder, `${folder}-moved`),
  })) {
    it(`fails the next append when its folder is ${what} while it is written, and continues afterwards`, async () => {
      const store = await fixture().open();
      await appendNumbers(store, [1]);
      const root = join(fixture().dataDir, 'wal');
      await remove(root);
      await expectAsync(appendNumbers(store, [2])).toBeRejectedWithError(/deleted or moved by another program/);
      await appendNumbers(store, [3]);
      await store.flush();
      expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual([3]);
      expect(fixture().errors).toEqual([
        jasmine.stringMatching(/main\.o\.t: 1 acknowledged rows \(\d+ bytes\) are lost: another program has deleted/),
      ]);
    });
  }

  it('fails the next append when its file is deleted while it is written', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    const [segment] = (await segmentsOf(fixture().dataDir)) as [string];
    await unlink(segment);
    await writeFile(segment, '');
    await expectAsync(appendNumbers(store, [2])).toBeRejectedWithError(/deleted or moved by another program/);
  });

  it('is flushed as far as it is intact when it is cut while it waits', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    await appendNumbers(store, [2]);
    const [segment] = (await segmentsOf(fixture().dataDir)) as [string];
    const { size } = await stat(segment);
    await truncate(segment, size / 2);
    await expectAsync(appendNumbers(store, [3])).toBeRejectedWithError(/cut by another program/);
    await appendNumbers(store, [4]);
    await store.flush();
    expect(await numbersIn(store.tablePath(TABLE_NAME))).toEqual([1, 4]);
    expect(fixture().errors).toEqual([
      jasmine.stringMatching(/1 acknowledged rows .* are lost: another program has cut/),
    ]);
  });
});
