import { readdir, unlink } from 'node:fs/promises';
import { recoverSegment } from './recoverSegment.ts';
import { parseSegmentName, type SealedSegment, segmentPath } from './segment.ts';

/** What earlier runs have left in a write-ahead log. */
export interface RecoveredSegments {
  /** Segments to flush, oldest first. */
  readonly segments: readonly SealedSegment[];
  /** The highest number that was ever used, or -1: the next segment must have a higher one. */
  readonly newest: number;
}

/**
 * Recovers the segments of a write-ahead log whose rows are not in the Delta table, and deletes the others.
 *
 * @param committed the newest segment whose rows are in the Delta table, or -1
 * @param onDamage takes bytes of acknowledged rows that the disk has changed
 */
export async function recoverSegments(
  folder: string,
  committed: number,
  onDamage: (damaged: Buffer, segmentNumber: number) => Promise<void>,
): Promise<RecoveredSegments> {
  const numbers = (await readdir(folder)).map(parseSegmentName).filter((number) => number !== undefined);
  numbers.sort((a, b) => a - b);
  const segments: SealedSegment[] = [];
  for (const number of numbers) {
    const path = segmentPath(folder, number);
    if (number <= committed) {
      await unlink(path);
      continue;
    }
    const segment = await recoverSegment(path, number, (damaged) => onDamage(damaged, number));
    if (segment !== undefined) {
      segments.push(segment);
    }
  }
  return { segments, newest: Math.max(committed, numbers.at(-1) ?? -1) };
}
