import { access } from 'node:fs/promises';
import type { Rewrite } from '../delta/commitRewrite.ts';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { AddAction } from '../delta/deltaAction.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { FollowedLog } from '../delta/followedLog.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { segmentNumberOf } from '../flush/dataFileName.ts';
import { writeFailure } from '../flush/writeFailure.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { compactFiles } from './compactFiles.ts';
import { forgetCompaction, recordCompaction } from './compactionRecord.ts';
import { removeUncommitted, removeUnfinished } from './removeUnfinished.ts';

/** A table to compact. */
export interface CompactionTarget {
  readonly log: FollowedLog;
  readonly definition: DeltaTable;
  /** The table's folder for records of compactions. */
  readonly recordFolder: string;
  /** Runs a task while the process makes no other commit to the table. */
  exclusively<Result>(task: (duckDb: DuckDb) => Promise<Result>): Promise<Result>;
}

/** Options of {@link compactTable}. */
export interface CompactTableOptions {
  /** Chooses the files to merge. It is called again after each round, until there are none. */
  readonly plan: (snapshot: DeltaSnapshot) => readonly (readonly AddAction[])[];
  readonly isAutomatic: boolean;
  /** Whether to stop after the rewrite in progress. */
  readonly isStopped: () => boolean;
}

/** The result of a compaction. */
export interface CompactionResult {
  readonly removedFiles: number;
  readonly addedFiles: number;
}

/**
 * Merges small files of a table into larger ones until the plan is empty. Each rewrite is a commit of its own.
 * Files that were replaced stay on the disk for readers of earlier versions.
 *
 * Rows are read and written without holding up the table's other commits. If another writer removes one of the files
 * meanwhile, the new one is dropped.
 *
 * @param duckDb used for nothing else meanwhile. The compactions of the data directory must be locked.
 */
export async function compactTable(
  duckDb: DuckDb,
  target: CompactionTarget,
  { plan, isAutomatic, isStopped }: CompactTableOptions,
): Promise<CompactionResult> {
  await removeUnfinished(target.recordFolder, target.log.snapshot);
  let removedFiles = 0;
  let addedFiles = 0;
  const refused = new Set<string>();
  for (let isProgress = true; isProgress && !isStopped(); ) {
    isProgress = false;
    const groups = plan(target.log.snapshot).filter((group) => !refused.has(keyOf(group)));
    for (const group of groups) {
      if (isStopped()) {
        break;
      }
      const merged = await mergeFiles(duckDb, target, group, isAutomatic);
      removedFiles += merged.removedFiles;
      addedFiles += merged.addedFiles;
      isProgress ||= merged.addedFiles > 0;
      if (merged.addedFiles === 0) {
        refused.add(keyOf(group));
      }
    }
  }
  return { removedFiles, addedFiles };
}

function keyOf(group: readonly AddAction[]): string {
  return `${group[0]?.path} ${group.length}`;
}

/** Merges a group of files; if that is too much at once, each half of it. */
async function mergeFiles(
  duckDb: DuckDb,
  target: CompactionTarget,
  group: readonly AddAction[],
  isAutomatic: boolean,
): Promise<CompactionResult> {
  try {
    const isCommitted = await rewrite(duckDb, target, group, isAutomatic);
    return isCommitted ? { removedFiles: group.length, addedFiles: 1 } : { removedFiles: 0, addedFiles: 0 };
  } catch (error) {
    if (writeFailure(error) !== 'size') {
      throw error;
    }
    // The next attempt must have all of the memory.
    duckDb.close();
  }
  let sum: CompactionResult = { removedFiles: 0, addedFiles: 0 };
  const middle = group.length >> 1;
  for (const half of [group.slice(0, middle), group.slice(middle)].filter(({ length }) => length > 1)) {
    const { removedFiles, addedFiles } = await mergeFiles(duckDb, target, half, isAutomatic);
    sum = { removedFiles: sum.removedFiles + removedFiles, addedFiles: sum.addedFiles + addedFiles };
  }
  return sum;
}

/** Returns whether the new file was committed. */
async function rewrite(
  duckDb: DuckDb,
  target: CompactionTarget,
  group: readonly AddAction[],
  isAutomatic: boolean,
): Promise<boolean> {
  const { log, definition, recordFolder } = target;
  const { tablePath, metaData, partitionColumns } = log.snapshot;
  const { schemaString } = metaData;
  const identity = await recordCompaction(recordFolder, newestNumber(group));
  let added: AddAction;
  try {
    added = await compactFiles(duckDb, group, {
      tablePath,
      // The table's own columns. Rows that wait to be flushed may have fewer.
      columns: parseDeltaSchema(schemaString).filter(({ name }) => !partitionColumns.includes(name)),
      clusterColumns: typeof definition.clusterColumns === 'object' ? definition.clusterColumns : [],
      identity,
    });
  } catch (error) {
    await removeUncommitted(log.snapshot, identity);
    await forgetCompaction(recordFolder, identity);
    throw error;
  }
  const change = { removed: group, added: [added], id: identity.id, schemaString, isAutomatic };
  return target.exclusively((commitDuckDb) => commit(target, change, identity, commitDuckDb));
}

async function commit(
  { log, recordFolder }: CompactionTarget,
  change: Rewrite,
  identity: SegmentIdentity,
  duckDb: DuckDb,
): Promise<boolean> {
  let isCommitted: boolean | undefined;
  try {
    await log.refresh(duckDb);
    await Promise.all(change.added.map(({ path }) => access(dataFilePath(log.snapshot.tablePath, path))));
    isCommitted = await log.rewrite(change, duckDb);
  } finally {
    if (isCommitted === undefined) {
      // An attempt that failed may still have committed: only the log tells. If the log can't be read either, the
      // record stays, and the next compaction or start finds out.
      await log.refresh(duckDb);
    }
    if (isCommitted !== true) {
      await removeUncommitted(log.snapshot, identity);
    }
    await forgetCompaction(recordFolder, identity);
  }
  return isCommitted;
}

/** The number of the newest segment in the files. Only other writers' files have none. */
function newestNumber(files: readonly AddAction[]): number {
  const numbers = files.map(({ path }) => segmentNumberOf(path.slice(path.lastIndexOf('/') + 1)) ?? 0);
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
