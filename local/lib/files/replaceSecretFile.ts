import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './syncPath.ts';

/**
 * Writes a file that only its owner can read, in one atomic step. After a crash at any moment it has the old content or
 * the new one. Only one process may write it at a time.
 *
 * The temporary name is always the same, so that what a crash has left is overwritten.
 */
export async function replaceSecretFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncPath(dirname(path));
}
