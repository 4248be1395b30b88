import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ignoreMissing } from './ignoreMissing.ts';
import { syncPath } from './syncPath.ts';

/**
 * Creates a directory and its parents, which then survive a power cut. An existing directory is left as it is.
 *
 * It does not use the `recursive` option of `mkdir`: if a file system answers ENOENT although the parent exists, as
 * `/proc` does, Node.js retries forever.
 *
 * @param mode the permissions of the directories. Defaults to those that the process gives its directories.
 */
export async function makeDurableDirectory(path: string, mode?: number): Promise<void> {
  const missing: string[] = [];
  for (let directory = path; !(await isDirectory(directory)); directory = dirname(directory)) {
    missing.unshift(directory);
    if (directory === dirname(directory)) {
      break;
    }
  }
  for (const directory of missing) {
    await makeDirectory(directory, mode);
    await syncPath(dirname(directory));
  }
}

async function makeDirectory(path: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    // Another call may have created it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isDirectory(path))) {
      throw error;
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(ignoreMissing))?.isDirectory() === true;
}
