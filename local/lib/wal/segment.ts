import { join } from 'node:path';

/** Identifies a segment. */
export interface SegmentIdentity {
  /** Strictly increasing within a write-ahead log, and never used twice. */
  readonly number: number;
  /** A UUID. The number is not enough, as a copy of a data directory continues with the same numbers. */
  readonly id: string;
}

/** A write-ahead segment that gets no more rows. Its first `bytes` bytes hold exactly the acknowledged rows. */
export interface SealedSegment extends SegmentIdentity {
  readonly path: string;
  /** Length up to the last acknowledged row. Anything beyond it in the file was never acknowledged. */
  readonly bytes: number;
  readonly rows: number;
  /** Length of the longest frame, which is an upper bound for the longest row. */
  readonly largestFrameBytes: number;
}

const EXTENSION = '.ndjson';

/** Path of a segment's file. */
export function segmentPath(folder: string, { number, id }: SegmentIdentity): string {
  return join(folder, `${String(number).padStart(12, '0')}-${id}${EXTENSION}`);
}

/** Parses the name of a segment's file. Undefined if it is not the name of a segment. */
export function parseSegmentName(name: string): SegmentIdentity | undefined {
  const match = /^(\d{12})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.ndjson$/.exec(name);
  return match === null ? undefined : { number: Number(match[1]), id: match[2] as string };
}
