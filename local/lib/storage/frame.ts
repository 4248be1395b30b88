import { crc32 } from 'node:zlib';

/** The key of a frame's header line. `$` is illegal in column names, so no row has it. */
export const frameKey = '$frame';

/**
 * What stands in front of each frame of a write-ahead segment.
 *
 * A frame is what one group commit wrote: a header line `{"$frame":[bytes,crc32,rows]}` and the row lines. A segment is
 * therefore NDJSON from end to end, which DuckDB reads as it is, and a crash is cut exactly at a frame.
 */
export interface FrameHeader {
  /** Length of the row lines, in bytes. */
  readonly bytes: number;
  /** CRC-32 of the row lines. */
  readonly checksum: number;
  /** How many row lines. */
  readonly rows: number;
}

/** The header line of a frame. */
export function encodeFrameHeader(lines: readonly Buffer[], rows: number): Buffer {
  let bytes = 0;
  let checksum = 0;
  for (const buffer of lines) {
    bytes += buffer.length;
    checksum = crc32(buffer, checksum);
  }
  return Buffer.from(`{"${frameKey}":[${bytes},${checksum},${rows}]}\n`);
}

/** Longer than any header line, in bytes. */
const longestHeaderBytes = 80;

/** A frame that lies whole in a segment. */
export interface Frame extends FrameHeader {
  /** Where the frame ends in the segment, in bytes. */
  readonly end: number;
}

/** Reads the frame that starts at `start`; undefined where there is no whole and undamaged one. */
export function readFrame(segment: Buffer, start: number): Frame | undefined {
  const newline = segment.subarray(start, start + longestHeaderBytes).indexOf(0x0a);
  if (newline < 0) {
    return undefined;
  }
  const match = /^\{"\$frame":\[(\d+),(\d+),(\d+)\]\}$/.exec(segment.toString('latin1', start, start + newline));
  if (match === null) {
    return undefined;
  }
  const [bytes, checksum, rows] = match.slice(1).map(Number) as [number, number, number];
  const linesStart = start + newline + 1;
  const end = linesStart + bytes;
  if (end > segment.length || crc32(segment.subarray(linesStart, end)) !== checksum) {
    return undefined;
  }
  return { bytes, checksum, rows, end };
}
