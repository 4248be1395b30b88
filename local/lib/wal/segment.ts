import { join } from 'node:path';

/** What tells a segment from all others. */
export interface SegmentIdentity {
  /** Strictly increasing within a write-ahead log, never used twice. */
  readonly number: number;
  /** A UUID: the copy of a data folder goes on with the same numbers. */
  readonly id: string;
}

/** A write-ahead segment that gets no more rows: its file holds exactly the acknowledged ones. */
export interface SealedSegment extends SegmentIdentity {
  readonly path: string;
  /** Length up to the last acknowledged row; what the file has beyond it was never acknowledged. */
  readonly bytes: number;
  readonly rows: number;
  /** Length of the longest frame, and so a bound of the longest row. */
  readonly largestFrameBytes: number;
}

const EXTENSION = '.ndjson';

/** Path of a segment's file. */
export function segmentPath(folder: string, { number, id }: SegmentIdentity): string {
  return join(folder, `${String(number).padStart(12, '0')}-${id}${EXTENSION}`);
}

/** Reads the name of a segment's file; undefined if it is the name of something else. */
export function parseSegmentName(name: string): SegmentIdentity | undefined {
  const match = /^(\d{12})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.ndjson$/.exec(name);
  return match === null ? undefined : { number: Number(match[1]), id: match[2] as string };
}
