import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putIfAbsent } from '../../lib/files/putIfAbsent.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

describe('putIfAbsent', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('lets exactly one of many writers win, and leaves no files of the others', async () => {
    const path = join(temporaryDirectory(), 'file');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
    const results = await Promise.all(contents.map((content) => putIfAbsent(path, content)));
    expect(results.filter((isWinner) => isWinner).length).toBe(1);
    expect(await readFile(path, 'utf8')).toBe(contents[results.indexOf(true)] as string);
    expect(await readdir(temporaryDirectory())).toEqual(['file']);
  });

  it('leaves no half of a file if the disk is full and there are no hard links', async () => {
    const program = fileURLToPath(new URL('tornPutProcess.js', import.meta.url));
    const output = execFileSync(process.execPath, [program, join(temporaryDirectory(), 'file')], { encoding: 'utf8' });
    expect(output).toBe('ENOSPC false true content');
    expect(await readdir(temporaryDirectory())).toEqual(['file']);
  });

  it('fails and leaves no file if the folder is missing', async () => {
    await expectAsync(putIfAbsent(join(temporaryDirectory(), 'missing', 'file'), '')).toBeRejected();
    expect(await readdir(temporaryDirectory())).toEqual([]);
  });
});
