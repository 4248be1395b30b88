import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { parseSegmentName, type SegmentIdentity, segmentPath } from '../wal/segment.ts';

/**
 * Records that a file with this number and a new id is about to be written. While the record exists, a file with the id
 * that the log does not name is known to be unfinished.
 *
 * @param folder the table's folder for records
 * @param number the number of the newest segment in the file
 */
export async function recordCompaction(folder: string, number: number): Promise<SegmentIdentity> {
  const identity: SegmentIdentity = { number, id: randomUUID() };
  await makeDurableDirectory(folder);
  await writeFile(segmentPath(folder, identity), '', { flag: 'wx' });
  await syncPath(folder);
  return identity;
}

/** Removes a record when the file is committed or gone. */
export async function forgetCompaction(folder: string, identity: SegmentIdentity): Promise<void> {
  await rm(segmentPath(folder, identity), { force: true });
}

/** The recorded compactions of a table that are in progress or were interrupted. */
export async function recordedCompactions(folder: string): Promise<readonly SegmentIdentity[]> {
  const names = (await readdir(folder).catch(ignoreMissing)) ?? [];
  return names.map(parseSegmentName).filter((identity) => identity !== undefined);
}
