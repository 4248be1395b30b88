import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableDirectory } from '../../lib/files/makeDurableDirectory.ts';
import { putIfAbsent } from '../../lib/files/putIfAbsent.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('putIfAbsent', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('lets exactly one of many writers win, and leaves nothing of the others', async () => {
    const path = join(temporaryDirectory(), 'file');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
    const results = await Promise.all(contents.map((content) => putIfAbsent(path, content)));
    expect(results.filter((isWinner) => isWinner).length).toBe(1);
    expect(await readFile(path, 'utf8')).toBe(contents[results.indexOf(true)] as string);
    expect(await readdir(temporaryDirectory())).toEqual(['file']);
  });

  it('fails, and leaves nothing, where the folder is missing', async () => {
    await expectAsync(putIfAbsent(join(temporaryDirectory(), 'missing', 'file'), '')).toBeRejected();
    expect(await readdir(temporaryDirectory())).toEqual([]);
  });
});

describe('makeDurableDirectory', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('creates a folder with its parents, and leaves one that is there alone', async () => {
    const path = join(temporaryDirectory(), 'a', 'b', 'c');
    await makeDurableDirectory(path);
    await makeDurableDirectory(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });
});
