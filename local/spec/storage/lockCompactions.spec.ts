import { promises } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { lockCompactions } from '../../lib/storage/lockCompactions.ts';
import { useTemporaryDirectory } from './temporaryDirectory.ts';

describe('lockCompactions', () => {
  const directory = useTemporaryDirectory();

  it('stands for one holder at a time, also in one process', async () => {
    const unlock = await lockCompactions(directory());
    expect(await lockCompactions(directory())).toBeUndefined();
    unlock?.();
    const again = await lockCompactions(directory());
    expect(again).toBeDefined();
    again?.();
  });

  it('stands for the same directory through a symbolic link', async () => {
    const [data, linked] = [join(directory(), 'data'), join(directory(), 'link')];
    await mkdir(data);
    await symlink(data, linked);
    const unlock = await lockCompactions(data);
    expect(await lockCompactions(linked)).toBeUndefined();
    unlock?.();
  });

  it('holds nothing if the disk refuses to remove what an earlier run has spilled', async () => {
    const { rm } = promises;
    promises.rm = () => Promise.reject(new Error('EIO: i/o error, rm'));
    syncBuiltinESMExports();
    try {
      await expectAsync(lockCompactions(directory())).toBeRejectedWithError(/EIO/);
    } finally {
      promises.rm = rm;
      syncBuiltinESMExports();
    }
    const unlock = await lockCompactions(directory());
    expect(unlock).toBeDefined();
    unlock?.();
  });
});
