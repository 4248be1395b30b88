import { open, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from '../files/syncPath.ts';
import { type Frame, frameKey, readFrame } from './frame.ts';
import type { SealedSegment } from './segment.ts';

/** What the start of every frame but the first looks like. */
const frameStart: Buffer = Buffer.from(`\n{"${frameKey}":[`);

/**
 * Makes a segment of an earlier run readable again: what a crash has left of an unfinished frame at its end is cut off. Such
 * a frame was never acknowledged, since each is acknowledged only when it is on the disk and before the next is begun.
 *
 * @param onDamage takes what lies between two good frames, which a crash can't explain: acknowledged rows on a failing disk
 * @returns the segment; undefined where no row is left, and the file is removed
 */
export async function recoverSegment(
  path: string,
  number: number,
  onDamage: (damaged: Buffer) => Promise<void>,
): Promise<SealedSegment | undefined> {
  const content = await readFile(path);
  const good: Buffer[] = [];
  let rows = 0;
  let bytes = 0;
  let largestFrameBytes = 0;
  let isDamaged = false;
  for (let start = 0; start < content.length; ) {
    const next = readNextFrame(content, start);
    if (next === undefined) {
      break;
    }
    if (next.start > start) {
      await onDamage(content.subarray(start, next.start));
      isDamaged = true;
    }
    const frame = content.subarray(next.start, next.frame.end);
    good.push(frame);
    rows += next.frame.rows;
    bytes += frame.length;
    largestFrameBytes = Math.max(largestFrameBytes, frame.length);
    start = next.frame.end;
  }
  if (rows === 0) {
    await unlink(path);
    return undefined;
  }
  if (isDamaged) {
    await replaceContent(path, Buffer.concat(good));
  } else if (bytes < content.length) {
    await cut(path, bytes);
  }
  return { number, path, bytes, rows, largestFrameBytes };
}

/** The first good frame at `start` or after it. */
function readNextFrame(content: Buffer, start: number): { readonly start: number; readonly frame: Frame } | undefined {
  for (let position = start; ; ) {
    const frame = readFrame(content, position);
    if (frame !== undefined) {
      return { start: position, frame };
    }
    const newline = content.indexOf(frameStart, position);
    if (newline < 0) {
      return undefined;
    }
    position = newline + 1;
  }
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

async function replaceContent(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, content);
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(dirname(path));
}
