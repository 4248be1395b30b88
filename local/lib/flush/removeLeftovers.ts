import { readdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { rejectedParquetFolder } from '../files/dataPaths.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { isTemporaryName } from '../files/temporaryName.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { isDataFileOf } from './dataFileName.ts';
import { listDataFiles } from './listDataFiles.ts';

/**
 * Removes unfinished files that a killed process has left in a Delta log and beside the rejected rows of its table.
 * Files of other writers stay.
 */
export async function removeTemporaryTableFiles(tablePath: string): Promise<void> {
  await removeTemporary(join(tablePath, LOG_FOLDER));
  await removeTemporary(rejectedParquetFolder(tablePath));
}

/**
 * Removes data files that were written from a segment but never committed.
 *
 * The segment is still in the write-ahead log, so its rows are written again or are committed in other files. A file
 * that the log names stays, whether it is live or removed: readers of earlier versions need it until it is vacuumed. A
 * file also stays if nothing proves that it was written from this segment.
 */
export async function removeDataFiles(snapshot: DeltaSnapshot, segment: SegmentIdentity): Promise<void> {
  const paths = (await listDataFiles(snapshot)).filter((path) => isDataFileOf(segment, basename(path)));
  if (paths.length === 0) {
    return;
  }
  // Only the folder of a path is written differently in the log, where it is URI-encoded.
  const named = new Set<string>();
  for (const path of [...snapshot.files.keys(), ...snapshot.removedFiles.keys()]) {
    named.add(path.slice(path.lastIndexOf('/') + 1));
  }
  for (const path of paths) {
    if (!named.has(basename(path))) {
      await unlink(path);
    }
  }
}

async function removeTemporary(folder: string): Promise<void> {
  for (const name of (await readdir(folder).catch(ignoreMissing)) ?? []) {
    if (isTemporaryName(name)) {
      await unlink(join(folder, name));
    }
  }
}
