import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../lib/files/replaceFile.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('replaceFile', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('writes a file with the given permissions, whatever was there, and leaves no other file', async () => {
    const path = join(temporaryDirectory(), 'file');
    for (const content of ['first', 'second']) {
      await writeFile(`${path}.tmp`, 'left by a crash');
      await chmod(`${path}.tmp`, 0o666);
      await replaceFile(path, content, 0o600);
      expect(await readFile(path, 'utf8')).toBe(content);
      if (process.platform !== 'win32') {
        expect((await stat(path)).mode & 0o777).toBe(0o600);
      }
    }
    expect(await readdir(temporaryDirectory())).toEqual(['file']);
  });

  it('leaves no other file if it fails', async () => {
    const path = join(temporaryDirectory(), 'folder');
    await expectAsync(replaceFile(join(path, 'file'), '')).toBeRejectedWithError(/ENOENT/);
    await expectAsync(replaceFile(`${temporaryDirectory()}/.`, '')).toBeRejected();
    expect(await readdir(temporaryDirectory())).toEqual([]);
  });
});
