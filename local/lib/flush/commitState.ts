import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { LOG_FOLDER, parseLogFileName } from '../delta/logFileName.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { isDataFileOf } from './dataFileName.ts';

/**
 * Whether the rows of a segment are in the Delta table (`committed`) or not yet (`waiting`). `unknown` if the log no
 * longer holds anything that could decide it.
 */
export type CommitState = 'committed' | 'waiting' | 'unknown';

/**
 * Finds out from the Delta log whether a segment was committed.
 *
 * The commit of a segment records the segment's number as this writer's `txn`, puts the segment's id into the names of
 * its data files, and sets `commitInfo.txnId` to that id. Other writers may drop a `txn`
 * (`delta.setTransactionRetentionDuration`), and may replace, expire and vacuum data files, so one of the two traces of
 * the id is enough. A `txn` alone proves nothing, because the folder may have been replaced by a copy that another
 * process has written to.
 *
 * @param isOfEarlierRun whether there may be commits that this process has not read. If so, commits before the
 * checkpoint are read too.
 */
export async function commitState(
  snapshot: DeltaSnapshot,
  appId: string,
  segment: SegmentIdentity,
  isOfEarlierRun: boolean,
): Promise<CommitState> {
  const transaction = snapshot.transactionVersion(appId);
  const hasTransaction = transaction >= 0;
  if (hasTransaction && transaction < segment.number) {
    return 'waiting';
  }
  if (snapshot.findDataFile((path) => isDataFileOf(segment, path)) !== undefined) {
    return 'committed';
  }
  if ((hasTransaction || isOfEarlierRun) && (await isNamedByCommits(snapshot, segment))) {
    return 'committed';
  }
  return hasTransaction ? 'unknown' : 'waiting';
}

/** Whether a commit file contains the id. */
export async function isNamedByCommits(snapshot: DeltaSnapshot, { id }: SegmentIdentity): Promise<boolean> {
  const folder = join(snapshot.tablePath, LOG_FOLDER);
  const commits = (await readdir(folder)).filter((name) => parseLogFileName(name)?.kind === 'commit').sort();
  for (const name of commits.reverse()) {
    // Other writers may delete old commits at any time.
    const content = await readFile(join(folder, name), 'utf8').catch(ignoreMissing);
    if (content?.includes(id)) {
      return true;
    }
  }
  return false;
}
