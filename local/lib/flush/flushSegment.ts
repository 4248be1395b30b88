import { rm, stat, truncate, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { recoverSegment, reportDeletedSegment, type SegmentPlace } from '../wal/recoverSegment.ts';
import { removeCommittedSegment, setSegmentAside } from '../wal/removeSegment.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { commitState } from './commitState.ts';
import type { DataFile } from './copyDataFile.ts';
import type { FlushTarget } from './flushTarget.ts';
import { IdentityNumbers } from './identityNumbers.ts';
import { removeDataFiles } from './removeLeftovers.ts';
import { writeSegment } from './writeSegment.ts';

/** The result of flushing a segment. */
export interface FlushedSegment {
  /** Rows that the commit added. */
  readonly rows: number;
  /** Rows that could not be written and were set aside. */
  readonly rejectedRows: number;
}

const nothing: FlushedSegment = { rows: 0, rejectedRows: 0 };

/**
 * Moves a segment into its Delta table: writes Parquet files, commits them together with the segment's number, and
 * deletes the segment. If the process ends in between, the log tells whether the rows are in the table. The table's log
 * must have been refreshed before.
 *
 * @param onError called with whatever can't be written or is lost
 * @param isRetry whether an earlier attempt has failed, which may have left data files
 */
export async function flushSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
  isRetry = false,
): Promise<FlushedSegment> {
  const place: SegmentPlace = {
    folder: dirname(segment.path),
    rejectedFolder: target.rejectedFolder,
    onLoss: (problem) => onError(new TableStoreError(`${target.fullName}: ${problem}`)),
  };
  const { snapshot } = target.log;
  if (segment.rows === 0) {
    // Its content was never acknowledged. It must be gone before a later segment is committed. Otherwise a restart
    // could not tell whether this one was committed too.
    await rm(segment.path, { force: true });
    return nothing;
  }
  const state = await commitState(snapshot, target.appId, segment, false);
  if (state === 'unknown') {
    await setSegmentAside(segment.path, target.rejectedFolder, snapshot.tablePath, place.onLoss);
    return nothing;
  }
  if (state === 'waiting' && isRetry) {
    await removeDataFiles(snapshot, segment);
  }
  const waiting = state === 'waiting' ? await takeSegment(segment, place) : undefined;
  const flushed = waiting === undefined ? nothing : await commitSegment(duckDb, target, waiting, onError);
  // If it can't be deleted now, it is deleted when the store is opened next.
  await removeCommittedSegment(segment.path, snapshot.tablePath).catch(onError);
  return flushed;
}

async function commitSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
): Promise<FlushedSegment> {
  const partitionColumns = [...target.partitionColumns];
  const numbers = new IdentityNumbers(target.log.snapshot);
  const files = await writeSegment(duckDb, target, segment, numbers, onError);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  try {
    const append = {
      adds: files.map(({ add }) => add),
      transaction: { appId: target.appId, version: segment.number, lastUpdated: Date.now() },
      id: segment.id,
      check: (snapshot: DeltaSnapshot) => {
        target.check(snapshot);
        checkPartitions(snapshot, partitionColumns);
      },
      record: (snapshot: DeltaSnapshot) => numbers.record(snapshot),
    };
    const isCommitted = await target.log.append(append, duckDb);
    if (!isCommitted) {
      // The next attempt finds out whether that was this segment.
      throw new TableStoreError(
        `${target.fullName}: another commit has recorded segment ${segment.number} meanwhile. If that happens again, let only ` +
          'one zerobus-local write to the table.',
      );
    }
    return { rows, rejectedRows: segment.rows - rows };
  } finally {
    await removeUncommitted(duckDb, target, files);
  }
}

/** Checks that the table is still partitioned as the data files are. If not, they are written again. */
function checkPartitions({ tablePath, partitionColumns }: DeltaSnapshot, written: readonly string[]): void {
  if (JSON.stringify(partitionColumns) !== JSON.stringify(written)) {
    throw new TableStoreError(`Another writer has partitioned ${tablePath} differently. The flush is tried again.`);
  }
}

/** Removes data files that are in no commit. An attempt that failed may still have committed: only the log tells. */
async function removeUncommitted(duckDb: DuckDb, { log }: FlushTarget, files: readonly DataFile[]): Promise<void> {
  const isCommitted = (path: string) => log.snapshot.findDataFile((named) => named === path) !== undefined;
  if (files.every(({ add }) => isCommitted(add.path))) {
    return;
  }
  await log.refresh(duckDb);
  for (const { add } of files) {
    if (!isCommitted(add.path)) {
      await unlink(dataFilePath(log.snapshot.tablePath, add.path));
    }
  }
}

/**
 * Cuts off everything beyond the acknowledged rows. If another program has deleted or cut the file, recovers what is
 * left of it and reports the rest.
 *
 * @returns undefined if no row is left
 */
async function takeSegment(segment: SealedSegment, place: SegmentPlace): Promise<SealedSegment | undefined> {
  const { path, bytes } = segment;
  const size = (await stat(path).catch(ignoreMissing))?.size;
  if (size === undefined) {
    reportDeletedSegment(place, segment);
    return undefined;
  }
  if (size < bytes) {
    return recoverSegment(place, segment, segment);
  }
  if (size > bytes) {
    await truncate(path, bytes);
  }
  return segment;
}
