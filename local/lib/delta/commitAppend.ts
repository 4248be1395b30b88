import { putIfAbsent } from '../files/putIfAbsent.ts';
import type { AddAction, DeltaAction, TransactionAction } from './deltaAction.ts';
import { DeltaLogError } from './deltaLogError.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { engineInfo } from './engineInfo.ts';
import { commitPath } from './logFileName.ts';
import { readNewCommits } from './readDeltaLog.ts';

/** What one blind append adds. */
export interface Append {
  /** The data file; none where only the transaction is to be recorded. */
  readonly add?: AddAction;
  /** Commits at most once: where the log has this version of the appId already, nothing is added. */
  readonly transaction: TransactionAction;
}

/**
 * Appends to a Delta table in one commit, and brings the snapshot up to it.
 *
 * A commit that another writer makes first is read, and the append retried after it: blind appends only conflict with a
 * change of the table itself.
 *
 * @returns whether the commit was made; false where the transaction was in the log already
 * @throws DeltaLogError where another writer has changed the table's protocol or schema
 */
export async function commitAppend(snapshot: DeltaSnapshot, append: Append): Promise<boolean> {
  const { add, transaction } = append;
  for (;;) {
    if (snapshot.transactionVersion(transaction.appId) >= transaction.version) {
      return false;
    }
    const actions: readonly DeltaAction[] = [
      {
        commitInfo: {
          timestamp: Date.now(),
          operation: 'WRITE',
          operationParameters: { mode: 'Append', partitionBy: '[]' },
          isBlindAppend: true,
          engineInfo,
        },
      },
      { txn: transaction },
      ...(add === undefined ? [] : [{ add }]),
    ];
    const content = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
    if (await putIfAbsent(commitPath(snapshot.tablePath, snapshot.version + 1), content)) {
      for (const action of actions) {
        snapshot.apply(action);
      }
      snapshot.version += 1;
      return true;
    }
    await takeInOthersCommits(snapshot);
  }
}

async function takeInOthersCommits(snapshot: DeltaSnapshot): Promise<void> {
  const versionBefore = snapshot.version;
  const actions = await readNewCommits(snapshot);
  if (actions.some((action) => action.metaData !== undefined || action.protocol !== undefined)) {
    throw new DeltaLogError(
      `another writer has changed the schema or protocol of ${snapshot.tablePath}: restart zerobus-local to take it in`,
    );
  }
  if (snapshot.version === versionBefore) {
    throw new DeltaLogError(`${commitPath(snapshot.tablePath, versionBefore + 1)} exists but can't be read`);
  }
}
