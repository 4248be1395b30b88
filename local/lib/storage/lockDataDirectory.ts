import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { TableStoreError } from '../errors.ts';
import { lockFile } from '../files/dataPaths.ts';
import { toError } from '../toError.ts';

const held: unique symbol = Symbol.for('zerobus-local.heldDirectories') as never;
const shared = globalThis as { [held]?: Set<string> };
shared[held] ??= new Set();

/**
 * Directories that this process holds: the lock of the operating system does not stop a second store in the same
 * process. All copies of this package share the set, since a program may load it as an ES module and, through another
 * package, as CommonJS.
 */
const heldHere: Set<string> = shared[held];

/**
 * Locks a data directory for this process. It is the operating system's lock on an open file, which DuckDB takes for
 * any of its database files. It ends with the process, however the process ends, so no stale lock is ever in the way.
 *
 * @returns a function that releases the lock
 * @throws {@link TableStoreError} if another store has the directory open
 */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  const path = await realpath(dataDir);
  if (heldHere.has(path)) {
    throw new TableStoreError(
      `${dataDir} is already open in this process: close the other store first, or use another data directory.`,
    );
  }
  heldHere.add(path);
  try {
    const instance = await DuckDBInstance.create(lockFile(path), { threads: '1', memory_limit: '16MiB' });
    return () => {
      instance.closeSync();
      heldHere.delete(path);
    };
  } catch (cause) {
    heldHere.delete(path);
    const { message } = toError(cause);
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    if (holder === undefined) {
      throw new TableStoreError(
        `${dataDir} can't be opened, because ${lockFile(path)} can't be written: ${await writeProblem(path, message)}. Free space, let ` +
          'this process write to the directory, or use a copy of it. "zerobus-local sql" reads its tables as they are.',
        { cause },
      );
    }
    throw new TableStoreError(
      `${dataDir} is already open in process ${holder}: stop that server first, or use another data directory.`,
      { cause },
    );
  }
}

/** The reason in the words of the operating system, if the directory is read-only. Otherwise in those of DuckDB. */
async function writeProblem(path: string, message: string): Promise<string> {
  return access(path, constants.W_OK).then(
    () => (message.split('\n', 1)[0] ?? '').replace(/\.$/, ''),
    (error: Error) => error.message,
  );
}
