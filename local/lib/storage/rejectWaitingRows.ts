import { unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { rejectedFolder } from '../files/dataPaths.ts';
import { syncPath } from '../files/syncPath.ts';
import { RejectedParquet } from '../flush/rejectedParquet.ts';
import { RejectedRows } from '../flush/rejectedRows.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { toError } from '../toError.ts';
import { readRowBatches } from '../wal/readRowBatches.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { getNamed } from './findNamed.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';
import { recoverTable, type TableRecovery } from './recoverTable.ts';

/** How much of a segment is read at once, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** Acknowledged rows of one segment that were moved out of a write-ahead log because their table can't take them. */
export interface RejectedSegment {
  /** `catalog.schema.table` */
  readonly fullName: string;
  readonly rows: number;
  /** The Parquet file that they are in. */
  readonly path: string;
  /** Why the table can't take them. */
  readonly reason: string;
}

/**
 * Moves acknowledged rows that their tables can't take any more into `_zerobus/table_rejected_parquets` of the tables,
 * so that a server that is started later serves the tables with their present columns. Rows that can be written stay
 * in the write-ahead log.
 *
 * @param dataDir the data directory. No server may have it open.
 * @param only moves the rows of the table with this full name, or short one that is unique. Defaults to all tables.
 * @param onError called with whatever is found to be lost or damaged
 * @throws {@link TableStoreError} if a server has the directory open, or if there is no single table of the name
 */
export async function* rejectWaitingRows(
  dataDir: string,
  only: string | undefined,
  onError: (error: Error) => void,
): AsyncGenerator<RejectedSegment> {
  const unlock = await lockDataDirectory(resolve(dataDir));
  const duckDb = new DuckDb();
  try {
    const tables = await findTables(resolve(dataDir), duckDb, (_folder, error) => onError(error));
    for (const table of only === undefined ? tables : [getNamed(tables, only)]) {
      yield* rejectRowsOf(resolve(dataDir), table, duckDb, onError);
    }
  } finally {
    duckDb.close();
    unlock();
  }
}

async function* rejectRowsOf(
  dataDir: string,
  { definition, snapshot }: FoundTable,
  duckDb: DuckDb,
  onError: (error: Error) => void,
): AsyncGenerator<RejectedSegment> {
  if (definition === undefined || snapshot === undefined) {
    return;
  }
  const recovery = await recoverTable({ dataDir, definition, snapshot, onError });
  try {
    const change = schemaChangeProblem(recovery.acceptedColumns, definition.columns);
    const reason = change ?? problemOf(() => snapshot.checkWritable());
    for (const segment of reason === undefined ? [] : recovery.segments) {
      const path = await rejectSegment(segment, recovery, snapshot.tablePath, reason ?? '', duckDb);
      yield { fullName: fullTableName(definition), rows: segment.rows, path, reason: reason ?? '' };
    }
  } finally {
    recovery.watermarks.close();
  }
}

/** A crash leaves the segment where it is, or its rows in the `rejected` folder. */
async function rejectSegment(
  segment: SealedSegment,
  { folder, watermarks }: TableRecovery,
  tablePath: string,
  reason: string,
  duckDb: DuckDb,
): Promise<string> {
  const rejected = new RejectedRows(segment, rejectedFolder(folder));
  const parquet = new RejectedParquet(segment, tablePath);
  try {
    for await (const batch of readRowBatches(segment, BATCH_BYTES)) {
      const lines = batch.lines(0, batch.rows);
      await rejected.add(lines, batch.rows);
      await parquet.add(lines, batch.rows);
    }
    await rejected.keep();
    await parquet.publish(duckDb, reason);
  } finally {
    await Promise.allSettled([rejected.release(), parquet.release()]);
  }
  watermarks.remove(segment);
  await unlink(segment.path);
  await syncPath(folder);
  return parquet.path;
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return toError(error).message;
  }
}
