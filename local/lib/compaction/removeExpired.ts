import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUpLog } from '../delta/cleanUpLog.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { tableFilePath } from '../delta/tableFilePath.ts';
import { logRetentionMs, removedFileRetentionMs } from '../delta/tableRetention.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { syncPath } from '../files/syncPath.ts';
import { mayNeedTraces } from './mayNeedTraces.ts';

/**
 * Removes what has outlived the retention of a table: data files that the log names as removed, and the files of the
 * log that no younger version needs. Files that the log does not name stay.
 *
 * @returns false if a segment in the write-ahead log may need the old entries of the Delta log, so that nothing was
 * removed
 * @throws {@link DeltaLogError} if the table needs more of a writer than this package can do
 */
export async function removeExpired(dataDir: string, snapshot: DeltaSnapshot): Promise<boolean> {
  snapshot.checkWritable();
  if (await mayNeedTraces(dataDir, snapshot)) {
    return false;
  }
  await removeExpiredFiles(snapshot);
  const retentionMs = logRetentionMs(snapshot);
  if (retentionMs !== Number.POSITIVE_INFINITY) {
    await cleanUpLog(snapshot.tablePath, retentionMs);
  }
  return true;
}

async function removeExpiredFiles(snapshot: DeltaSnapshot): Promise<void> {
  const { files, removedFiles } = snapshot;
  const oldestMs = Date.now() - removedFileRetentionMs(snapshot);
  const expired = [...removedFiles.values()].filter(
    ({ deletionTimestamp }) => deletionTimestamp !== undefined && deletionTimestamp < oldestMs,
  );
  if (expired.length === 0) {
    return;
  }
  // The commits that have removed the files must be on the disk first.
  await syncPath(join(snapshot.tablePath, LOG_FOLDER));
  const live = new Set(Array.from(files.keys(), (path) => tableFilePath(snapshot, path)));
  for (const remove of expired) {
    const path = tableFilePath(snapshot, remove.path);
    if (path !== undefined && !live.has(path) && !files.has(remove.path)) {
      await unlink(path).catch(ignoreMissing);
    }
    if (removedFiles.get(remove.path) === remove) {
      removedFiles.delete(remove.path);
    }
  }
}
