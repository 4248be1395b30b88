import { readFile, rename, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { scanSegment } from './scanSegment.ts';

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
