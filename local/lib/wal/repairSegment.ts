import { open, readFile, unlink } from 'node:fs/promises';
import { replaceFile } from '../files/replaceFile.ts';
import { scanSegment } from './scanSegment.ts';
import { type SealedSegment, type SegmentIdentity, segmentPath } from './segment.ts';

/** The result of repairing a segment. */
export interface RepairedSegment {
  /** The segment. Undefined if no row is left, in which case the file is removed. */
  readonly segment: SealedSegment | undefined;
  /** Acknowledged bytes that are missing at the end of the file. */
  readonly missingBytes: number;
}

/**
 * Makes a segment of an earlier run readable again by cutting off the unfinished frame that a crash has left at its
 * end. Such a frame was never acknowledged: each frame is acknowledged only when it is on the disk and before the next
 * one is begun.
 *
 * @param folder the folder of the write-ahead log
 * @param acknowledgedBytes length of the file up to the last acknowledged row, as far as that is known
 * @param onDamage called with acknowledged bytes that are not a complete frame, which a crash can't explain
 */
export async function repairSegment(
  folder: string,
  identity: SegmentIdentity,
  acknowledgedBytes: number,
  onDamage: (damaged: Buffer) => Promise<void>,
): Promise<RepairedSegment> {
  const path = segmentPath(folder, identity);
  const content = await readFile(path);
  const { frames, damaged, tail, rows } = scanSegment(content);
  const tailStart = content.length - tail.length;
  const damagedTail = content.subarray(tailStart, Math.max(tailStart, acknowledgedBytes));
  for (const part of damagedTail.length > 0 ? [...damaged, damagedTail] : damaged) {
    await onDamage(part);
  }
  const missingBytes = Math.max(0, acknowledgedBytes - content.length);
  if (rows === 0) {
    await unlink(path);
    return { segment: undefined, missingBytes };
  }
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (damaged.length > 0) {
    await replaceFile(path, Buffer.concat(frames));
  } else if (tail.length > 0) {
    await cut(path, bytes);
  }
  const largestFrameBytes = frames.reduce((most, frame) => Math.max(most, frame.length), 0);
  return { segment: { ...identity, path, bytes, rows, largestFrameBytes }, missingBytes };
}

async function cut(path: string, bytes: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
