import { dirname } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { TableStoreError } from '../errors.ts';
import { rejectedFolder, watermarksFile, writeAheadFolder } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { removeTemporaryTableFiles } from '../flush/removeLeftovers.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { readAcceptedSchema } from '../wal/acceptedSchema.ts';
import { appIdOf, ensureLogId } from '../wal/logId.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { SegmentWatermarks } from '../wal/segmentWatermarks.ts';
import { noteServedFolder } from '../wal/servedFolder.ts';
import { columnsInUse } from './columnsInUse.ts';
import { recoverWriteAheadLog } from './recoverWriteAheadLog.ts';

/** The state of a table's write-ahead log after an earlier run. */
export interface TableRecovery {
  readonly folder: string;
  readonly appId: string;
  readonly watermarks: SegmentWatermarks;
  readonly segments: readonly SealedSegment[];
  readonly newest: number;
  /** The columns that the rows in the segments were checked against. */
  readonly acceptedColumns: DeltaTable['columns'];
}

/** Options of {@link recoverTable}. */
export interface RecoverTableOptions {
  readonly dataDir: string;
  readonly definition: DeltaTable;
  /** The table's Delta log. */
  readonly snapshot: DeltaSnapshot;
  /** Called with whatever is lost or damaged. */
  readonly onError: (error: Error) => void;
}

/**
 * Opens the write-ahead log of a table and cleans up after an earlier run: removes segments that are already in the
 * Delta log, data files that were never committed, and torn ends.
 */
export async function recoverTable(options: RecoverTableOptions): Promise<TableRecovery> {
  const { dataDir, definition, snapshot, onError } = options;
  const { id } = snapshot.metaData;
  const folder = writeAheadFolder(dataDir, definition, id);
  await makeDurableDirectory(folder);
  const watermarksPath = watermarksFile(dataDir, definition, id);
  await makeDurableDirectory(dirname(watermarksPath));
  await removeTemporaryTableFiles(snapshot.tablePath);
  const appId = appIdOf(id, await ensureLogId(folder));
  // A full disk must not keep the table from being served.
  await noteServedFolder(folder, snapshot.tablePath).catch(() => undefined);
  const watermarks = new SegmentWatermarks(watermarksPath);
  const recovered = await recoverWriteAheadLog({
    folder,
    rejectedFolder: rejectedFolder(folder),
    snapshot,
    appId,
    watermarks: watermarks.watermarks,
    onLoss: (problem) => onError(new TableStoreError(`${fullTableName(definition)}: ${problem}`)),
  });
  watermarks.reset(recovered.segments);
  const acceptedColumns = await acceptedColumnsOf(folder, recovered.segments, definition.columns);
  return { ...recovered, folder, appId, watermarks, acceptedColumns };
}

async function acceptedColumnsOf(
  folder: string,
  segments: readonly SealedSegment[],
  present: DeltaTable['columns'],
): Promise<DeltaTable['columns']> {
  const accepted = segments.length > 0 ? await readAcceptedSchema(folder) : undefined;
  if (accepted === undefined || schemaChangeProblem(accepted, present) === undefined) {
    return accepted ?? present;
  }
  return columnsInUse(accepted, segments);
}
