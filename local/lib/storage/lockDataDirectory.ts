import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { TableStoreError } from '../errors.ts';
import { lockFile } from '../files/dataPaths.ts';
import { firstLine } from '../firstLine.ts';
import { tryLock } from './tryLock.ts';

/**
 * Locks a data directory for this process.
 *
 * @returns a function that releases the lock
 * @throws {@link TableStoreError} if another store has the directory open
 */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  const path = lockFile(dataDir);
  const lock = await tryLock(path);
  if (lock.release !== undefined) {
    return lock.release;
  }
  const { holder, cause } = lock;
  if (holder === undefined) {
    throw new TableStoreError(
      `${dataDir} can't be opened, because ${path} can't be written: ${await writeProblem(dataDir, cause)}. Free space, let ` +
        'this process write to the directory, or use a copy of it. "zerobus-local sql" reads its tables as they are.',
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

/** The reason in the words of the operating system, if the directory is read-only. Otherwise in those of DuckDB. */
async function writeProblem(dataDir: string, cause: unknown): Promise<string> {
  return access(dataDir, constants.W_OK).then(
    () => firstLine(cause).replace(/\.$/, ''),
    (error: Error) => error.message,
  );
}
