import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './syncPath.ts';

/**
 * Creates a directory and its parents, which then survive a power cut. An existing directory is left as it is.
 *
 * It does not use the `recursive` option of `mkdir`: if a file system answers ENOENT although the parent exists, as
 * `/proc` does, Node.js retries forever.
 */
export async function makeDurableDirectory(path: string): Promise<void> {
  const missing: string[] = [];
  for (let directory = path; !(await isDirectory(directory)); directory = dirname(directory)) {
    missing.unshift(directory);
    if (directory === dirname(directory)) {
      break;
    }
  }
  for (const directory of missing) {
    await makeDirectory(directory);
    await syncPath(dirname(directory));
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    // Another call may have created it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isDirectory(path))) {
      throw error;
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
