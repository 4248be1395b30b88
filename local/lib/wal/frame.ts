import { crc32 } from 'node:zlib';

/** The key of a frame's header line. `$` is illegal in column names, so no row has it. */
export const FRAME_KEY = '$frame';

/**
 * The header of a frame in a write-ahead segment.
 *
 * A frame is what one group commit writes: a header line `{"$frame":[bytes,crc32,rows]}` and the row lines. A segment
 * is therefore NDJSON from end to end. DuckDB can read it as it is, and after a crash it is cut exactly at the end of a
 * frame.
 */
export interface FrameHeader {
  /** Length of the row lines, in bytes. */
  readonly bytes: number;
  /** CRC-32 of the row lines. */
  readonly checksum: number;
  /** How many row lines there are. */
  readonly rows: number;
}

/** Encodes the header line of a frame. */
export function encodeFrameHeader(lines: readonly Buffer[], rows: number): Buffer {
  let bytes = 0;
  let checksum = 0;
  for (const buffer of lines) {
    bytes += buffer.length;
    checksum = crc32(buffer, checksum);
  }
  return Buffer.from(`{"${FRAME_KEY}":[${bytes},${checksum},${rows}]}\n`);
}

/** Longer than any header line, in bytes. */
export const LONGEST_HEADER_BYTES = 80;

/** A complete frame in a segment. */
export interface Frame extends FrameHeader {
  /** Position of the end of the frame in the segment, in bytes. */
  readonly end: number;
}

/**
 * Reads the header line at the beginning of the bytes.
 *
 * @returns the header and its own length, including the newline. Undefined if there is no header.
 */
export function parseFrameHeader(
  bytes: Buffer,
): { readonly header: FrameHeader; readonly headerBytes: number } | undefined {
  const newline = bytes.subarray(0, LONGEST_HEADER_BYTES).indexOf(0x0a);
  const match = /^\{"\$frame":\[(\d+),(\d+),(\d+)\]\}$/.exec(bytes.toString('latin1', 0, Math.max(newline, 0)));
  if (match === null) {
    return undefined;
  }
  const [length, checksum, rows] = match.slice(1).map(Number) as [number, number, number];
  return { header: { bytes: length, checksum, rows }, headerBytes: newline + 1 };
}

/** Reads the frame that starts at `start`. Undefined if there is no complete and undamaged frame. */
export function readFrame(segment: Buffer, start: number): Frame | undefined {
  const parsed = parseFrameHeader(segment.subarray(start, start + LONGEST_HEADER_BYTES));
  if (parsed === undefined) {
    return undefined;
  }
  const { header, headerBytes } = parsed;
  const linesStart = start + headerBytes;
  const end = linesStart + header.bytes;
  if (end > segment.length || crc32(segment.subarray(linesStart, end)) !== header.checksum) {
    return undefined;
  }
  return { ...header, end };
}
