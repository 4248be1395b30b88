import { stat, truncate, unlink } from 'node:fs/promises';
import { commitAppend } from '../delta/commitAppend.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { Column } from '../schema/deltaType.ts';
import type { SealedSegment } from './segment.ts';
import { TableStoreError } from './tableStoreError.ts';
import { writeDataFile } from './writeDataFile.ts';

/** Where a table's segments go. */
export interface FlushTarget {
  readonly snapshot: DeltaSnapshot;
  readonly columns: readonly Column[];
  /** The Delta `appId` under which the segments' numbers are recorded. */
  readonly appId: string;
}

/**
 * Moves a segment into its Delta table: a Parquet file, one commit with the file and the segment's number, and the segment is
 * deleted. Whenever the process ends in between, the number in the log tells whether the rows are in.
 *
 * @returns how many rows the commit has added
 */
export async function flushSegment(duckDb: DuckDb, target: FlushTarget, segment: SealedSegment): Promise<number> {
  const { snapshot, appId } = target;
  let rows = 0;
  if (segment.rows > 0 && snapshot.transactionVersion(appId) < segment.number) {
    if ((await stat(segment.path)).size > segment.bytes) {
      await truncate(segment.path, segment.bytes);
    }
    const source = { path: segment.path, segmentNumber: segment.number, largestRowBytes: segment.largestFrameBytes };
    const file = await writeDataFile(duckDb, snapshot.tablePath, target.columns, source);
    if (file.rows !== segment.rows) {
      throw new TableStoreError(
        `${segment.path} holds ${segment.rows} rows, but ${file.rows} were read from it; it stays where it is`,
      );
    }
    const transaction = { appId, version: segment.number, lastUpdated: Date.now() };
    if (await commitAppend(snapshot, { add: file.add, transaction })) {
      rows = file.rows;
    }
  }
  await unlink(segment.path);
  return rows;
}
