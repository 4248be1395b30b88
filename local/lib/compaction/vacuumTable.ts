import { stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { FollowedLog } from '../delta/followedLog.ts';
import { LOG_FOLDER } from '../delta/logFileName.ts';
import { tableFilePath } from '../delta/tableFilePath.ts';
import { removedFileRetentionMs } from '../delta/tableRetention.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { compactionFolder, type TableName } from '../files/dataPaths.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { syncPath } from '../files/syncPath.ts';
import { isDataFileOf } from '../flush/dataFileName.ts';
import { listDataFiles } from '../flush/listDataFiles.ts';
import { listWriteAheadLogs, segmentFiles } from '../wal/listWriteAheadLogs.ts';
import { parseSegmentName, type SegmentIdentity } from '../wal/segment.ts';
import { recordedCompactions } from './compactionRecord.ts';

/** Options of {@link vacuumTable}. */
export interface VacuumOptions {
  /**
   * How long files stay after they were removed from the table, in ms. Defaults to the table's
   * `delta.deletedFileRetentionDuration`, which is one week if it is not set.
   */
  readonly retentionMs?: number | undefined;
  /** Only lists the files. */
  readonly isDryRun: boolean;
}

/** The result of {@link vacuumTable}. */
export interface VacuumResult {
  /** Paths of the files that were, or would be, deleted. */
  readonly paths: readonly string[];
  /** Their size together. */
  readonly bytes: number;
}

/**
 * Deletes the data files that belong to no version within the retention: those that were removed from the table, and
 * those that never belonged to it. A server may be running: files that it is about to commit stay.
 *
 * @param found the table as of an earlier version
 * @param duckDb reads the checkpoint if the log was cleaned up meanwhile
 * @throws {@link DeltaLogError} if the table is gone, or if it needs more of a writer than this package can do
 */
export async function vacuumTable(
  dataDir: string,
  table: TableName,
  found: DeltaSnapshot,
  duckDb: DuckDb,
  options: VacuumOptions,
): Promise<VacuumResult> {
  const log = await FollowedLog.from(found);
  // In this order: a file that is about to be committed has its segment or its record. When these are gone, the log
  // names the file.
  const files = await listDataFiles(found);
  const uncommitted = await uncommittedFiles(dataDir, table);
  await log.refresh(duckDb);
  const { snapshot } = log;
  snapshot.checkWritable();
  const oldestMs = Date.now() - (options.retentionMs ?? removedFileRetentionMs(snapshot));
  const kept = new Set(Array.from(snapshot.files.keys(), (path) => tableFilePath(snapshot, path)));
  for (const { path, deletionTimestamp = 0 } of snapshot.removedFiles.values()) {
    if (deletionTimestamp > oldestMs) {
      kept.add(tableFilePath(snapshot, path));
    }
  }
  const paths: string[] = [];
  let bytes = 0;
  // The commits that have removed the files must be on the disk first.
  await syncPath(join(snapshot.tablePath, LOG_FOLDER));
  for (const path of files) {
    // A server may delete the same files.
    const stats =
      kept.has(path) || uncommitted.some((identity) => isDataFileOf(identity, basename(path)))
        ? undefined
        : await stat(path).catch(ignoreMissing);
    if (stats !== undefined && stats.mtimeMs <= oldestMs) {
      paths.push(path);
      bytes += stats.size;
      if (!options.isDryRun) {
        await unlink(path).catch(ignoreMissing);
      }
    }
  }
  return { paths, bytes };
}

/** What the files that are about to be committed to the table are named after. */
async function uncommittedFiles(dataDir: string, table: TableName): Promise<readonly SegmentIdentity[]> {
  const identities: SegmentIdentity[] = [...(await recordedCompactions(compactionFolder(dataDir, table)))];
  for (const { folder } of await listWriteAheadLogs(dataDir)) {
    for (const path of await segmentFiles(folder)) {
      const identity = parseSegmentName(basename(path));
      if (identity !== undefined) {
        identities.push(identity);
      }
    }
  }
  return identities;
}
