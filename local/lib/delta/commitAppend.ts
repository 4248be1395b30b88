import { commitActions } from './commitActions.ts';
import { type AddAction, type DeltaAction, ENGINE_INFO, type TransactionAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';

/** Options of {@link commitAppend}. */
export interface Append {
  /** The data files. Empty if only the transaction is to be recorded. */
  readonly adds: readonly AddAction[];
  /** Makes the append happen at most once: if the log already has this version of the appId, nothing is added. */
  readonly transaction: TransactionAction;
  /** Identifies the append in the commit's `commitInfo.txnId`, even when its `txn` and its files are gone. */
  readonly id?: string | undefined;
  /**
   * Checks the snapshot right before each attempt to commit on top of it. An error that it throws ends the append.
   * Other writers may have changed schema and protocol since the data files were written.
   */
  readonly check: (snapshot: DeltaSnapshot) => void;
  /**
   * Returns a further action of the commit that follows the snapshot, or undefined. An error that it throws ends the
   * append. Defaults to no action.
   */
  readonly record?: (snapshot: DeltaSnapshot) => DeltaAction | undefined;
}

/**
 * Appends to a Delta table in one commit, and updates the snapshot to it.
 *
 * If another writer commits first, that commit is read, the table is checked again, and the append is retried after it.
 * Blind appends only conflict with changes of the table itself.
 *
 * @returns whether the commit was made. False if the transaction was already in the log.
 * @throws {@link DeltaLogError} if the table can't be appended to at the version that the commit would follow
 */
export function commitAppend(snapshot: DeltaSnapshot, append: Append): Promise<boolean> {
  const { adds, transaction, id, check, record } = append;
  return commitActions(snapshot, () => {
    if (snapshot.transactionVersion(transaction.appId) >= transaction.version) {
      return undefined;
    }
    snapshot.checkWritable();
    check(snapshot);
    const recorded = record?.(snapshot);
    return [
      {
        commitInfo: {
          timestamp: Date.now(),
          operation: 'WRITE',
          operationParameters: {
            mode: 'Append',
            partitionBy: JSON.stringify(snapshot.partitionColumns),
          },
          isBlindAppend: true,
          engineInfo: ENGINE_INFO,
          ...(id === undefined ? {} : { txnId: id }),
          // Other writers go on if a commit has changed nothing else about the table.
          ...(recorded?.metaData === undefined ? {} : { tags: { 'delta.identity.schemaUpdate': 'true' } }),
        },
      },
      ...(recorded === undefined ? [] : [recorded]),
      ...adds.map((add) => ({ add })),
      // This must be the last line. A file system without hard links may leave a commit torn, and a torn commit must
      // not claim the transaction.
      { txn: transaction },
    ];
  });
}
