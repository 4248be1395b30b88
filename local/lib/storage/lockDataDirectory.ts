import { realpath } from 'node:fs/promises';
import { TableStoreError } from '../errors.ts';
import { lockFile } from '../files/dataPaths.ts';
import { tryLock } from './tryLock.ts';

/**
 * Locks a data directory for this process.
 *
 * @returns a function that releases the lock
 * @throws {@link TableStoreError} if another store has the directory open
 */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  const path = await realpath(dataDir);
  const lock = await tryLock(lockFile(path), path);
  if (lock.release !== undefined) {
    return lock.release;
  }
  const { holder, cause } = lock;
  if (holder === undefined) {
    throw new TableStoreError(
      `The data directory ${dataDir} can't be locked: check that this process may write to it.`,
      { cause },
    );
  }
  if (holder === process.pid) {
    throw new TableStoreError(
      `${dataDir} is already open in this process: close the other store first, or use another data directory.`,
    );
  }
  throw new TableStoreError(
    `${dataDir} is already open in process ${holder}: stop that server first, or use another data directory.`,
    { cause },
  );
}
