import { DeltaLogError } from '../errors.ts';
import { type PutOptions, putIfAbsent } from '../files/putIfAbsent.ts';
import type { DeltaAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath } from './logFileName.ts';
import { readNewCommits } from './readDeltaLog.ts';

/**
 * Commits actions to a Delta table, and updates the snapshot to the commit. If another writer commits first, that
 * commit is read, and the next version is tried.
 *
 * @param plan returns the actions for a commit on top of the snapshot as it is now; undefined if there is nothing to
 * commit any more. An error that it throws ends the attempts.
 * @returns whether a commit was made
 * @throws {@link DeltaLogError} if the next version exists but can't be read
 */
export async function commitActions(
  snapshot: DeltaSnapshot,
  plan: () => readonly DeltaAction[] | undefined,
  options?: PutOptions,
): Promise<boolean> {
  for (;;) {
    const actions = plan();
    if (actions === undefined) {
      return false;
    }
    const content = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
    if (await putIfAbsent(commitPath(snapshot.tablePath, snapshot.version + 1), content, options)) {
      for (const action of actions) {
        snapshot.apply(action);
      }
      snapshot.version += 1;
      return true;
    }
    const versionBefore = snapshot.version;
    await readNewCommits(snapshot);
    if (snapshot.version === versionBefore) {
      throw new DeltaLogError(
        `${commitPath(snapshot.tablePath, versionBefore + 1)} exists but can't be read. Check what it is and remove it.`,
      );
    }
  }
}
