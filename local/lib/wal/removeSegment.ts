import { readFile, rename, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { scanSegment } from './scanSegment.ts';

/**
 * Removes a segment whose rows are in the table.
 *
 * The process that made the commit may have been killed, or may have failed, before the commit's entry in the log
 * folder was on the disk. So the entry is synced first. Otherwise a power cut could take both.
 */
export async function removeCommittedSegment(path: string, tablePath: string): Promise<void> {
  await syncPath(join(tablePath, LOG_FOLDER));
  await rm(path, { force: true });
}

/**
 * Sets a segment aside if the Delta log no longer tells whether it was committed. Writing its rows to the table could
 * double them, and deleting the segment could lose them. A segment without a complete frame, which a disk that refused
 * it may leave behind, is deleted.
 *
 * @param report called with a message that says what a human has to do
 */
export async function setSegmentAside(
  path: string,
  rejectedFolder: string,
  tablePath: string,
  report: (problem: string) => void,
): Promise<void> {
  if (scanSegment(await readFile(path)).rows === 0) {
    await unlink(path);
    return;
  }
  const keptPath = join(rejectedFolder, basename(path));
  await makeDurableDirectory(rejectedFolder);
  await rename(path, keptPath);
  report(
    `the log of ${tablePath} no longer tells whether the acknowledged rows in ${keptPath} are in the table. Compare them ` +
      'with the table and send the missing ones again.',
  );
}
