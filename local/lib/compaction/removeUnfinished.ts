import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { isNamedByCommits } from '../flush/commitState.ts';
import { isDataFileOf } from '../flush/dataFileName.ts';
import { listDataFiles } from '../flush/listDataFiles.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { forgetCompaction, recordedCompactions } from './compactionRecord.ts';

/**
 * Removes the files of compactions that were interrupted. Their rows are still in the files that were to be replaced. A
 * file that the log names, or did name, stays: its compaction was committed.
 *
 * No compaction of the table may be in progress.
 *
 * @param folder the table's folder for records
 */
export async function removeUnfinished(folder: string, snapshot: DeltaSnapshot): Promise<void> {
  for (const identity of await recordedCompactions(folder)) {
    await removeUncommitted(snapshot, identity);
    await forgetCompaction(folder, identity);
  }
}

/**
 * Removes the file of a compaction unless the log names it.
 *
 * @param snapshot the table, with all commits that the compaction may have made
 */
export async function removeUncommitted(snapshot: DeltaSnapshot, identity: SegmentIdentity): Promise<void> {
  const isOf = (path: string) => isDataFileOf(identity, path);
  if (snapshot.findDataFile(isOf) !== undefined) {
    return;
  }
  const written = (await listDataFiles(snapshot)).filter((path) => isOf(basename(path)));
  if (written.length > 0 && !(await isNamedByCommits(snapshot, identity))) {
    for (const path of written) {
      await unlink(path);
    }
  }
}
