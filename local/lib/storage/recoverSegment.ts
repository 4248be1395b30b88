import { open, readFile, unlink } from 'node:fs/promises';
import { readFrame } from './frame.ts';
import type { SealedSegment } from './segment.ts';

/**
 * Makes a segment of an earlier run readable again: what a crash has left of an unfinished frame at its end is cut off. Such
 * a frame was never acknowledged, since each is acknowledged only when it is on the disk and before the next is begun.
 *
 * @returns the segment; undefined where no row is left, and the file is removed
 */
export async function recoverSegment(path: string, number: number): Promise<SealedSegment | undefined> {
  const content = await readFile(path);
  let bytes = 0;
  let rows = 0;
  let largestFrameBytes = 0;
  for (let frame = readFrame(content, 0); frame !== undefined; frame = readFrame(content, frame.end)) {
    largestFrameBytes = Math.max(largestFrameBytes, frame.end - bytes);
    bytes = frame.end;
    rows += frame.rows;
  }
  if (rows === 0) {
    await unlink(path);
    return undefined;
  }
  if (bytes < content.length) {
    const handle = await open(path, 'r+');
    try {
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  return { number, path, bytes, rows, largestFrameBytes };
}
