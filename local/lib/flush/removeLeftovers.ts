import { readdir, rm, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { watermarksFile } from '../files/dataPaths.ts';
import { isTemporaryName } from '../files/temporaryName.ts';
import { listWriteAheadLogs } from '../wal/listWriteAheadLogs.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { isDataFileOf } from './dataFileName.ts';
import { listDataFiles } from './listDataFiles.ts';

/** Removes unfinished files that a killed process has left in a Delta log. Files of other writers stay. */
export async function removeTemporaryCommits(tablePath: string): Promise<void> {
  await removeFiles(join(tablePath, LOG_FOLDER), isTemporaryName);
}

/**
 * Removes unfinished files that a killed process has left in the write-ahead logs and next to them, even if a log's
 * table is gone. What can't be removed now is in the way of nothing, and is tried again at the next start.
 */
export async function removeTemporaryLogFiles(dataDir: string): Promise<void> {
  for (const { folder, table, tableId } of await listWriteAheadLogs(dataDir)) {
    await removeFiles(folder, isTemporaryLogFile).catch(() => undefined);
    await rm(`${watermarksFile(dataDir, table, tableId)}.tmp`, { force: true }).catch(() => undefined);
  }
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

/** Temporary files of other programs stay. */
function isTemporaryLogFile(name: string): boolean {
  return /^(?:id|schema\.json|rejected|part|.*\.ndjson)\.tmp$/.test(name);
}

async function removeFiles(folder: string, isLeftover: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isLeftover(name)) {
      await unlink(join(folder, name));
    }
  }
}
