import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendNumbers, numbersIn, TABLE_NAME, useTableStore } from './storeFixture.ts';

describe('a table folder that was copied, moved or restored', () => {
  const fixture = useTableStore();

  function tablePath(dataDir: string, name = 't'): string {
    return join(dataDir, 'tables/main/o', name);
  }

  it('has its own write-ahead log in each copy', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await first.close();
    const { dataDir } = fixture();
    await cp(tablePath(dataDir), tablePath(dataDir, 't2'), { recursive: true });
    const second = await fixture().open();
    expect(second.tableId('main.o.t2')).toBe(second.tableId(TABLE_NAME));
    expect(fixture().errors).toEqual([jasmine.stringMatching(/main\.o\.t and main\.o\.t2 have the same Delta id/)]);
    await appendNumbers(second, [10, 11]);
    await appendNumbers(second, [20, 21, 22], 'main.o.t2');
    const killed = await fixture().kill();
    const third = await fixture().open({ dataDir: killed });
    await third.close();
    expect(await numbersIn(tablePath(killed))).toEqual([1, 10, 11]);
    expect(await numbersIn(tablePath(killed, 't2'))).toEqual([1, 20, 21, 22]);
  });

  it('leaves the waiting rows to the original when it is copied', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    const killed = await fixture().kill();
    await cp(tablePath(killed), tablePath(killed, 'a_copy'), { recursive: true });
    await (await fixture().open({ dataDir: killed })).close();
    expect(await numbersIn(tablePath(killed))).toEqual([1]);
    expect(await numbersIn(tablePath(killed, 'a_copy'))).toEqual([]);
  });

  it('keeps its waiting rows when it is renamed, and reports it', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1, 2]);
    const killed = await fixture().kill();
    await rename(tablePath(killed), tablePath(killed, 'renamed'));
    const second = await fixture().open({ dataDir: killed, tables: [] });
    await second.close();
    expect(await numbersIn(tablePath(killed, 'renamed'))).toEqual([1, 2]);
    expect(fixture().errors).toEqual([
      jasmine.stringMatching(
        /folder of main\.o\.t is now the folder of main\.o\.renamed: the acknowledged rows .* go into/,
      ),
    ]);
  });

  it('leaves no unfinished file of its log behind when it is renamed', async () => {
    await (await fixture().open()).close();
    const killed = await fixture().kill();
    const [log, watermarks] = [join(killed, 'wal/main/o/t'), join(killed, 'watermarks/main/o/t')];
    const [id = ''] = await readdir(log);
    await writeFile(join(log, id, 'schema.json.tmp'), '{');
    await writeFile(join(watermarks, `${id}.tmp`), '');
    await rename(tablePath(killed), tablePath(killed, 'renamed'));
    await (await fixture().open({ dataDir: killed, tables: [] })).close();
    const left = await readdir(killed, { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not guess which of two copies the rows go to when the original is gone', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    const killed = await fixture().kill();
    await cp(tablePath(killed), tablePath(killed, 'copy1'), { recursive: true });
    await cp(tablePath(killed), tablePath(killed, 'copy2'), { recursive: true });
    await rm(tablePath(killed), { recursive: true });
    const second = await fixture().open({ dataDir: killed, tables: [] });
    await second.close();
    expect(fixture().errors).toEqual([
      jasmine.stringMatching(/main\.o\.copy1 and main\.o\.copy2 have the same Delta id/),
      jasmine.stringMatching(/^1 acknowledged rows \(\d+ bytes\) of main\.o\.t wait in .*zerobus-local rescue/),
    ]);
    // When it is back under its name, it has them.
    await rename(tablePath(killed, 'copy2'), tablePath(killed));
    await (await fixture().open({ dataDir: killed, tables: [] })).close();
    expect(await numbersIn(tablePath(killed))).toEqual([1]);
  });

  it('keeps its waiting rows when it is renamed, even if there is an older copy', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await first.flush();
    const { dataDir } = fixture();
    await cp(tablePath(dataDir), tablePath(dataDir, 'copy'), { recursive: true });
    await appendNumbers(first, [2]);
    await first.flush();
    await appendNumbers(first, [3]);
    const killed = await fixture().kill();
    await rename(tablePath(killed), tablePath(killed, 'renamed'));
    await (await fixture().open({ dataDir: killed, tables: [] })).close();
    expect(await numbersIn(tablePath(killed, 'renamed'))).toEqual([1, 2, 3]);
    expect(await numbersIn(tablePath(killed, 'copy'))).toEqual([1]);
  });

  it('keeps its waiting rows when it is renamed right after it was copied', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await expectAsync(first.close()).toBeResolved();
    const second = await fixture().open();
    await appendNumbers(second, [2]);
    // The folder itself is renamed under the server, as if the server had been killed.
    const { dataDir } = fixture();
    const killed = await fixture().kill();
    await (await fixture().open({ dataDir: killed })).close();
    const third = await fixture().open({ dataDir: killed });
    await appendNumbers(third, [3]);
    await rename(tablePath(killed), tablePath(killed, 'renamed'));
    await cp(tablePath(killed, 'renamed'), tablePath(killed, 'copy'), { recursive: true });
    const log = join(killed, 'wal/main/o/t');
    await cp(log, `${log}-left`, { recursive: true });
    await expectAsync(third.close()).toBeRejected();
    await rm(log, { recursive: true });
    await rename(`${log}-left`, log);
    await (await fixture().open({ dataDir: killed, tables: [] })).close();
    expect(await numbersIn(tablePath(killed, 'renamed'))).toEqual([1, 2, 3]);
    expect(await numbersIn(tablePath(killed, 'copy'))).toEqual([1, 2]);
    expect(await numbersIn(tablePath(dataDir))).toEqual([1]);
  });

  it('has every row when it is moved back and forth between two of its own logs', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    const killed = await fixture().kill();
    // The rows can't move along: it is unknown which of the two they belong to.
    await cp(tablePath(killed), tablePath(killed, 'copy'), { recursive: true });
    await cp(tablePath(killed), tablePath(killed, 'moved'), { recursive: true });
    await rm(tablePath(killed), { recursive: true });
    const second = await fixture().open({ dataDir: killed, tables: [] });
    for (const n of [2, 3]) {
      await appendNumbers(second, [n], 'main.o.moved');
      await second.flush();
    }
    await second.close();
    await rename(tablePath(killed, 'moved'), tablePath(killed));
    await (await fixture().open({ dataDir: killed, tables: [] })).close();
    expect(await numbersIn(tablePath(killed))).toEqual([1, 2, 3]);
  });

  it('gets the waiting rows when an older copy of it is restored', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    await first.flush();
    const { dataDir } = fixture();
    await cp(tablePath(dataDir), join(dataDir, 'backup'), { recursive: true });
    await appendNumbers(first, [2]);
    await first.flush();
    await appendNumbers(first, [3]);
    const killed = await fixture().kill();
    await rm(tablePath(killed), { recursive: true });
    await rename(join(killed, 'backup'), tablePath(killed));
    const second = await fixture().open({ dataDir: killed });
    await appendNumbers(second, [4]);
    await second.close();
    expect(await numbersIn(tablePath(killed))).toEqual([1, 3, 4]);
    expect(fixture().errors).toEqual([]);
  });

  it('is appended to after its own last commit when an older copy replaces it meanwhile', async () => {
    const store = await fixture().open();
    await appendNumbers(store, [1]);
    await store.flush();
    const path = store.tablePath(TABLE_NAME);
    await cp(path, `${path}-backup`, { recursive: true });
    for (const n of [2, 3]) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    await rm(path, { recursive: true });
    await rename(`${path}-backup`, path);
    await appendNumbers(store, [4]);
    await store.flush();
    expect(await numbersIn(path)).toEqual([1, 4]);
    expect(store.counters(TABLE_NAME)).toEqual(jasmine.objectContaining({ version: 2, tableRows: 2 }));
  });

  it('keeps its rows waiting while its folder is gone', async () => {
    const store = await fixture().open();
    const path = store.tablePath(TABLE_NAME);
    await rename(path, `${path}-away`);
    await appendNumbers(store, [1]);
    await expectAsync(store.flush()).toBeRejected();
    await rename(`${path}-away`, path);
    await store.flush();
    expect(await numbersIn(path)).toEqual([1]);
  });

  it('gets its log from the layout of version 0.1.0, in which only the id mattered', async () => {
    const first = await fixture().open();
    await appendNumbers(first, [1]);
    const id = first.tableId(TABLE_NAME);
    const killed = await fixture().kill();
    const folder = join(killed, 'wal/main/o/t', id);
    const [segment] = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')) as [string];
    await mkdir(join(killed, 'wal', id));
    await rename(join(folder, segment), join(killed, 'wal', id, `${segment.slice(0, 12)}.ndjson`));
    await rm(join(killed, 'watermarks'), { recursive: true });
    await (await fixture().open({ dataDir: killed })).close();
    expect(await numbersIn(tablePath(killed))).toEqual([1]);
    expect(fixture().errors).toEqual([]);
  });
});
