import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { commitState } from '../flush/commitState.ts';
import { segmentNumberOf } from '../flush/dataFileName.ts';
import { listDataFiles } from '../flush/listDataFiles.ts';
import { removeDataFiles } from '../flush/removeLeftovers.ts';
import { recoverSegment, reportDeletedSegment, type SegmentPlace } from '../wal/recoverSegment.ts';
import { removeCommittedSegment, setSegmentAside } from '../wal/removeSegment.ts';
import { parseSegmentName, type SealedSegment, type SegmentIdentity, segmentPath } from '../wal/segment.ts';
import type { SegmentWatermark } from '../wal/segmentWatermarks.ts';

/** The write-ahead log that {@link recoverWriteAheadLog} recovers. */
export interface LogToRecover extends SegmentPlace {
  readonly snapshot: DeltaSnapshot;
  readonly appId: string;
  /** How much of each segment was acknowledged, as far as that is known. */
  readonly watermarks: readonly SegmentWatermark[];
}

/** What earlier runs have left in a write-ahead log. */
export interface RecoveredLog {
  /** Segments to flush, oldest first. */
  readonly segments: readonly SealedSegment[];
  /** The highest number that was ever used, or -1. The next segment must have a higher one. */
  readonly newest: number;
}

/**
 * Recovers the segments of a write-ahead log whose rows are not in the Delta table, deletes those that are committed,
 * and reports those that other programs have deleted or cut.
 */
export async function recoverWriteAheadLog(log: LogToRecover): Promise<RecoveredLog> {
  const { folder, snapshot, appId, watermarks } = log;
  const present = (await readdir(folder)).map(parseSegmentName).filter((segment) => segment !== undefined);
  present.sort((a, b) => a.number - b.number);
  const segments: SealedSegment[] = [];
  for (const identity of present) {
    const state = await commitState(snapshot, appId, identity, true);
    if (state === 'unknown') {
      await setSegmentAside(segmentPath(folder, identity), log.rejectedFolder, snapshot.tablePath, log.onLoss);
      continue;
    }
    if (state === 'committed') {
      await removeCommittedSegment(segmentPath(folder, identity), snapshot.tablePath);
    } else {
      await removeDataFiles(snapshot, identity);
      const watermark = watermarks.find(({ id }) => id === identity.id);
      const segment = await recoverSegment(log, identity, watermark);
      if (segment !== undefined) {
        segments.push(segment);
      }
    }
  }
  for (const watermark of watermarks) {
    const isGone = watermark.rows > 0 && !present.some(({ id }) => id === watermark.id);
    if (isGone && (await commitState(snapshot, appId, watermark, true)) === 'waiting') {
      reportDeletedSegment(log, watermark);
    }
  }
  return { segments, newest: await newestNumber(log, [...present, ...watermarks]) };
}

/**
 * The files in the table's folder count too: other writers may drop the `txn`, and data files of earlier runs must keep
 * their names.
 */
async function newestNumber({ snapshot, appId }: LogToRecover, known: readonly SegmentIdentity[]): Promise<number> {
  const files = (await listDataFiles(snapshot)).map((path) => segmentNumberOf(basename(path)) ?? -1);
  const numbers = [...known.map(({ number }) => number), ...files];
  return numbers.reduce((most, number) => Math.max(most, number), snapshot.transactionVersion(appId));
}
