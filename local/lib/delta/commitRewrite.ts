import { differsOnlyInMarks } from '../schema/identityMarks.ts';
import { commitActions } from './commitActions.ts';
import { type AddAction, ENGINE_INFO, type RemoveAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';

/** Options of {@link commitRewrite}. */
export interface Rewrite {
  /** The live files that were read. */
  readonly removed: readonly AddAction[];
  /** The files that hold the same rows. */
  readonly added: readonly AddAction[];
  /** The `commitInfo.txnId`. */
  readonly id: string;
  /** The `metaData.schemaString` that the new files were written for. */
  readonly schemaString: string;
  /** Whether the rewrite was started without a command. */
  readonly isAutomatic: boolean;
}

/**
 * Replaces data files by others with the same rows in one commit, as OPTIMIZE does, and updates the snapshot to it.
 *
 * Appends of other writers don't conflict with it, even if they number identity columns. If one of the files is no
 * longer live, or if the table has other columns, nothing is committed.
 *
 * @returns whether the commit was made
 * @throws {@link DeltaLogError} if the table can't be written to at the version that the commit would follow
 * @throws {Error} if the file system has no hard links: half of such a commit would lose or double rows
 */
export function commitRewrite(snapshot: DeltaSnapshot, rewrite: Rewrite): Promise<boolean> {
  const { removed, added, id, schemaString, isAutomatic } = rewrite;
  return commitActions(
    snapshot,
    () => {
      if (
        !differsOnlyInMarks(snapshot.metaData.schemaString, schemaString) ||
        !removed.every((file) => isLive(snapshot, file))
      ) {
        return undefined;
      }
      snapshot.checkWritable();
      const now = Date.now();
      return [
        {
          commitInfo: {
            timestamp: now,
            operation: 'OPTIMIZE',
            operationParameters: { predicate: '[]', zOrderBy: '[]', clusterBy: '[]', auto: String(isAutomatic) },
            readVersion: snapshot.version,
            isBlindAppend: false,
            operationMetrics: { numRemovedFiles: String(removed.length), numAddedFiles: String(added.length) },
            engineInfo: ENGINE_INFO,
            txnId: id,
          },
        },
        ...added.map((add) => ({ add: { ...add, dataChange: false } })),
        ...removed.map((add) => ({ remove: removalOf(add, now) })),
      ];
    },
    { mayTear: false },
  );
}

/** Another writer may have removed the file, or have added it again with fewer rows. */
function isLive({ files }: DeltaSnapshot, { path, size, modificationTime, deletionVector }: AddAction): boolean {
  const live = files.get(path);
  return (
    live !== undefined &&
    live.size === size &&
    live.modificationTime === modificationTime &&
    JSON.stringify(live.deletionVector ?? null) === JSON.stringify(deletionVector ?? null)
  );
}

function removalOf({ path, partitionValues, size }: AddAction, deletionTimestamp: number): RemoveAction {
  return { path, deletionTimestamp, dataChange: false, extendedFileMetadata: true, partitionValues, size };
}
