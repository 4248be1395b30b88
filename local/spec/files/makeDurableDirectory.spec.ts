import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableDirectory } from '../../lib/files/makeDurableDirectory.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('makeDurableDirectory', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('creates a directory with its parents, and accepts one that exists', async () => {
    const path = join(temporaryDirectory(), 'a/b/c');
    await Promise.all([makeDurableDirectory(path), makeDurableDirectory(path)]);
    await makeDurableDirectory(path);
    expect((await stat(path)).isDirectory()).toBeTrue();
  });

  it('rejects if a file is in the way', async () => {
    const path = join(temporaryDirectory(), 'file');
    await writeFile(path, '');
    await expectAsync(makeDurableDirectory(path)).toBeRejectedWithError(/EEXIST/);
    await expectAsync(makeDurableDirectory(join(path, 'a/b'))).toBeRejectedWithError(/ENOTDIR/);
  });

  it('rejects if the file system takes no directories, and does not try forever', async () => {
    if (!existsSync('/proc/self')) {
      pending('needs a /proc file system');
    }
    await expectAsync(makeDurableDirectory('/proc/nope/a')).toBeRejectedWithError(/ENOENT.*\/proc\/nope'/);
  });
});
