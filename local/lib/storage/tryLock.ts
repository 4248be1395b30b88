import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { DuckDBInstance } from '@duckdb/node-api';

const held: unique symbol = Symbol.for('zerobus-local.heldDirectories') as never;
const shared = globalThis as { [held]?: Set<string> };
shared[held] ??= new Set();

/**
 * What this process holds: the lock of the operating system does not stop a second store in the same process. All
 * copies of this package share the set, since a program may load it as an ES module and, through another package, as
 * CommonJS.
 */
const heldHere: Set<string> = shared[held];

/** The result of {@link tryLock}. */
export type LockAttempt =
  | {
      /** Releases the lock. */
      readonly release: () => void;
    }
  | {
      readonly release: undefined;
      /** The id of the process that holds the lock. Undefined if the file can't be opened for another reason. */
      readonly holder: number | undefined;
      readonly cause?: unknown;
    };

/**
 * Locks a file for this process, and creates it if it does not exist. It is the operating system's lock on an open
 * file, which DuckDB takes for any of its database files. It ends with the process, however the process ends, so no
 * stale lock is ever in the way.
 *
 * @param path the file, in an existing folder. It is the same file through any symbolic link to the folder.
 */
export async function tryLock(path: string): Promise<LockAttempt> {
  const key = join(await realpath(dirname(path)), basename(path));
  if (heldHere.has(key)) {
    return { release: undefined, holder: process.pid };
  }
  heldHere.add(key);
  try {
    const instance = await DuckDBInstance.create(path, { threads: '1', memory_limit: '16MiB' });
    return {
      release: () => {
        instance.closeSync();
        heldHere.delete(key);
      },
    };
  } catch (cause) {
    heldHere.delete(key);
    const holder = /\(PID (\d+)\)/.exec(isNativeError(cause) ? cause.message : '')?.[1];
    return { release: undefined, holder: holder === undefined ? undefined : Number(holder), cause };
  }
}
