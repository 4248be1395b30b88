import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryLogFile, logFolder } from '../delta/logFileName.ts';
import { parseDataFileName } from './dataFileName.ts';
import { salvageFileName } from './salvageSegment.ts';

/**
 * Removes what a killed process has left of files that were not complete, and data files that never got into a commit.
 *
 * @param committed the newest segment whose rows are in the Delta table, or -1
 */
export async function removeLeftovers(tablePath: string, writeAheadFolder: string, committed: number): Promise<void> {
  await removeFiles(writeAheadFolder, (name) => name === salvageFileName || name.endsWith('.tmp'));
  await removeFiles(join(tablePath, logFolder), isTemporaryLogFile);
  // A file of a segment that is not committed was written by a run that ended before its commit.
  await removeFiles(tablePath, (name) => (parseDataFileName(name) ?? -1) > committed);
}

async function removeFiles(folder: string, isLeftover: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isLeftover(name)) {
      await unlink(join(folder, name));
    }
  }
}
