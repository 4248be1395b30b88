import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './syncPath.ts';

/**
 * Writes a file in one atomic step: readers see the old content or the new one. The new one is on the disk when the
 * promise resolves. Only one process may do so at a time.
 *
 * @param mode the permissions of the file. Defaults to those that the process gives its files.
 */
export async function replaceFile(path: string, content: string | Buffer, mode?: number): Promise<void> {
  const temporary = `${path}.tmp`;
  // One that a crash has left may have other permissions.
  await rm(temporary, { force: true });
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncPath(dirname(path));
}
