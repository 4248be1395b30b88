import { randomUUID } from 'node:crypto';
import { link, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignAction, ForeignAdd, ForeignRemove } from './foreignAction.ts';
import { type ForeignSnapshot, foreignCommitPath, foreignLog } from './foreignSnapshot.ts';

/**
 * Adds a commit to the log if there is no commit of its version.
 *
 * @returns false if there is one
 */
export async function putForeignCommit(
  tablePath: string,
  version: number,
  actions: readonly ForeignAction[],
): Promise<boolean> {
  const unfinished = join(foreignLog(tablePath), `.foreign.${randomUUID()}`);
  await writeFile(unfinished, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  try {
    await link(unfinished, foreignCommitPath(tablePath, version));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await unlink(unfinished);
  }
}

/** The `remove` actions of all live files. */
export function removalsOf(snapshot: ForeignSnapshot, dataChange: boolean): readonly ForeignAction[] {
  return Array.from(snapshot.files.values(), (add) => ({ remove: removalOf(add, dataChange) }));
}

/** The `remove` action of a live file. */
export function removalOf(add: ForeignAdd, dataChange: boolean): ForeignRemove {
  return {
    path: add.path,
    deletionTimestamp: Date.now(),
    dataChange,
    extendedFileMetadata: true,
    partitionValues: add.partitionValues,
    size: add.size,
  };
}
