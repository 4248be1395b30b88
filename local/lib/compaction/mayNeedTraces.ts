import { basename } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { syncPath } from '../files/syncPath.ts';
import { listWriteAheadLogs, segmentFiles } from '../wal/listWriteAheadLogs.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { parseSegmentName } from '../wal/segment.ts';

/**
 * Whether a segment on the disk may be committed already. Only its traces in the Delta log tell that, so none of them
 * may be cleaned up: neither old commits, nor removed files.
 *
 * A segment with a higher number than the `txn` of its write-ahead log is not committed and has no traces.
 */
export async function mayNeedTraces(dataDir: string, snapshot: DeltaSnapshot): Promise<boolean> {
  for (const { tableId, folder } of await listWriteAheadLogs(dataDir)) {
    if (tableId === snapshot.metaData.id) {
      const version = snapshot.transactionVersion(appIdOf(tableId, await readLogId(folder)));
      const numbers = (await segmentFiles(folder)).map((path) => parseSegmentName(basename(path))?.number ?? 0);
      if (numbers.some((number) => version < 0 || number <= version)) {
        return true;
      }
      // A power cut must not bring back a segment that was deleted.
      await syncPath(folder);
    }
  }
  return false;
}
