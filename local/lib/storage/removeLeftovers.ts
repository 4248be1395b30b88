import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { logFolder } from '../delta/logFileName.ts';
import { isTemporaryName } from '../files/temporaryName.ts';
import { isDataFileOf } from './dataFileName.ts';
import type { SegmentIdentity } from './segment.ts';

/** Removes what a killed process has left of files that this package had not finished. Files of other writers stay. */
export async function removeTemporaryFiles(tablePath: string, writeAheadFolder: string): Promise<void> {
  await removeFiles(writeAheadFolder, (name) => name.endsWith('.tmp'));
  await removeFiles(join(tablePath, logFolder), isTemporaryName);
}

/**
 * Removes the data files that were written from a segment, but never got into a commit.
 *
 * The segment is still in the write-ahead log, so its rows are written again or are committed in other files. A file that the log
 * names stays, removed or not: readers of earlier versions need it until it is vacuumed. So does every file of which nothing proves
 * that it was written from this segment.
 */
export async function removeDataFiles(snapshot: DeltaSnapshot, segment: SegmentIdentity): Promise<void> {
  await removeFiles(
    snapshot.tablePath,
    (name) => isDataFileOf(segment, name) && !snapshot.files.has(name) && !snapshot.removedFiles.has(name),
  );
}

async function removeFiles(folder: string, isLeftover: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isLeftover(name)) {
      await unlink(join(folder, name));
    }
  }
}
