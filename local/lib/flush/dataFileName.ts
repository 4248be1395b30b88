import { randomBytes } from 'node:crypto';
import type { SegmentIdentity } from '../wal/segment.ts';

/**
 * A new name for a Parquet file with rows of the segment. It contains the segment's id, which tells after a crash
 * whether the segment was committed. It ends differently each time, so no file is ever overwritten.
 */
export function dataFileName({ number, id }: SegmentIdentity): string {
  return `${prefixOf({ number, id })}${randomBytes(4).toString('hex')}.zstd.parquet`;
}

/** Whether a data file was written from the segment, judged by its path in the Delta log or in the folder. */
export function isDataFileOf(segment: SegmentIdentity, path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(prefixOf(segment));
}

/** The number of the segment that a data file was written from. Undefined if another writer wrote it. */
export function segmentNumberOf(name: string): number | undefined {
  const match = /^zerobus-(\d{12})-[0-9a-f-]{36}(-[0-9a-f]{8})?\.zstd\.parquet$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

function prefixOf({ number, id }: SegmentIdentity): string {
  return `zerobus-${String(number).padStart(12, '0')}-${id}-`;
}
