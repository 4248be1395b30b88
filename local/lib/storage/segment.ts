import { join } from 'node:path';

/** A write-ahead segment that gets no more rows: its file holds exactly the acknowledged ones. */
export interface SealedSegment {
  /** Strictly increasing within a table, never used twice. */
  readonly number: number;
  readonly path: string;
  /** Length up to the last acknowledged row; what the file has beyond it was never acknowledged. */
  readonly bytes: number;
  readonly rows: number;
  /** Length of the longest frame, and so a bound of the longest row. */
  readonly largestFrameBytes: number;
}

const extension = '.ndjson';

/** Path of a segment's file. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}${extension}`);
}

/** The segment's number out of its file's name; undefined where it isn't one. */
export function parseSegmentName(name: string): number | undefined {
  return /^\d{12}\.ndjson$/.test(name) ? Number(name.slice(0, -extension.length)) : undefined;
}
