import { rm } from 'node:fs/promises';
import { TableStoreError } from '../errors.ts';
import { compactionLockFile, compactionRoot, compactionSpillFolder } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { tryLock } from './tryLock.ts';

/**
 * Locks the compactions of a data directory for this process: those of a server, and those of the command. All records
 * of compactions are then of interrupted ones.
 *
 * @returns a function that releases the lock; undefined if another process compacts
 * @throws {@link TableStoreError} if the lock file can't be opened
 */
export async function lockCompactions(dataDir: string): Promise<(() => void) | undefined> {
  await makeDurableDirectory(compactionRoot(dataDir));
  const path = compactionLockFile(dataDir);
  const lock = await tryLock(path);
  if (lock.release !== undefined) {
    try {
      await rm(compactionSpillFolder(dataDir), { recursive: true, force: true });
      return lock.release;
    } catch (error) {
      lock.release();
      throw error;
    }
  }
  if (lock.holder === undefined) {
    throw new TableStoreError(`${path} can't be locked: check that this process may write to it.`, {
      cause: lock.cause,
    });
  }
  return undefined;
}
