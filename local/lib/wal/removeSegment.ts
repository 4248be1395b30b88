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
 * folder was on the disk: it is forced there first, or a power cut could take both.
 */
export async function removeCommittedSegment(path: string, tablePath: string): Promise<void> {
  await syncPath(join(tablePath, LOG_FOLDER));
  await rm(path, { force: true });
}

/**
 * Keeps a segment apart if the Delta log has forgotten whether it was committed: bringing it in could double its rows,
 * and deleting it could lose them. One without a whole frame, which a disk may leave that has refused the segment, is
 * deleted.
 *
 * @param report called with what a human has to do, in words
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
    `the log of ${tablePath} no longer tells whether the acknowledged rows in ${keptPath} are in the table. Compare them with the ` +
      'table, and send those again that are missing',
  );
}
