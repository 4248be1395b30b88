import { type FileHandle, open } from 'node:fs/promises';
import { type FrameHeader, LONGEST_HEADER_BYTES, parseFrameHeader } from './frame.ts';
import { RowBatch } from './rowBatch.ts';
import type { SealedSegment } from './segment.ts';

/**
 * Reads the rows of a segment in batches of complete frames. Only one batch is in memory at a time.
 *
 * @param batchBytes minimum length of a batch. A frame may be longer, and the last batch may be shorter.
 */
export async function* readRowBatches(segment: SealedSegment, batchBytes: number): AsyncGenerator<RowBatch> {
  const handle = await open(segment.path);
  try {
    for (let position = 0; position < segment.bytes; ) {
      const frames: { readonly header: FrameHeader; readonly start: number }[] = [];
      let rows = 0;
      let bytes = 0;
      while (position < segment.bytes && bytes < batchBytes) {
        const { header, headerBytes } = await readHeader(handle, position, segment.path);
        frames.push({ header, start: position + headerBytes });
        rows += header.rows;
        bytes += header.bytes;
        position += headerBytes + header.bytes;
      }
      const lines = Buffer.allocUnsafeSlow(bytes);
      let length = 0;
      for (const { header, start } of frames) {
        length += await readFully(handle, lines.subarray(length, length + header.bytes), start);
      }
      yield RowBatch.of(lines, rows);
    }
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, position: number, path: string) {
  const buffer = Buffer.alloc(LONGEST_HEADER_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  const header = parseFrameHeader(buffer.subarray(0, bytesRead));
  if (header === undefined) {
    throw new Error(`${path} has no frame at byte ${position}: another program has changed it. Restart zerobus-local.`);
  }
  return header;
}

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < target.length) {
    const { bytesRead } = await handle.read(target, length, target.length - length, position + length);
    if (bytesRead === 0) {
      throw new Error('A write-ahead segment ended early: another program has cut it. Restart zerobus-local.');
    }
    length += bytesRead;
  }
  return length;
}
