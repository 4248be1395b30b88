import { stat, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAppend } from '../delta/commitAppend.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { Column } from '../schema/deltaType.ts';
import { salvageSegment } from './salvageSegment.ts';
import type { SealedSegment } from './segment.ts';
import { TableStoreError } from './tableStoreError.ts';
import { type DataFile, writeDataFile } from './writeDataFile.ts';

/** Where a table's segments go. */
export interface FlushTarget {
  readonly fullName: string;
  readonly snapshot: DeltaSnapshot;
  readonly columns: readonly Column[];
  /** The Delta `appId` under which the segments' numbers are recorded. */
  readonly appId: string;
  /** Where rows are kept that can't be written to the table. */
  readonly rejectedFolder: string;
}

/**
 * Moves a segment into its Delta table: a Parquet file, one commit with the file and the segment's number, and the segment is
 * deleted. Whenever the process ends in between, the number in the log tells whether the rows are in.
 *
 * @param onError told of rows that had to be set aside
 * @returns how many rows the commit has added
 */
export async function flushSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
): Promise<number> {
  const { snapshot, appId } = target;
  let rows = 0;
  if (segment.rows > 0 && snapshot.transactionVersion(appId) < segment.number) {
    if ((await stat(segment.path)).size > segment.bytes) {
      await truncate(segment.path, segment.bytes);
    }
    const file = await writeSegment(duckDb, target, segment, onError);
    const transaction = { appId, version: segment.number, lastUpdated: Date.now() };
    const append = file === undefined ? { transaction } : { add: file.add, transaction };
    const isCommitted = await commitAppend(snapshot, append);
    if (file !== undefined && isCommitted) {
      rows = file.rows;
    } else if (file !== undefined) {
      // An earlier attempt had committed after all, with a file of its own.
      await unlink(join(snapshot.tablePath, file.add.path));
    }
  }
  // What can't be deleted now is deleted when the store is opened next.
  await unlink(segment.path).catch(onError);
  return rows;
}

/** Writes the segment's rows as a data file; undefined where not a single one can be written. */
async function writeSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
): Promise<DataFile | undefined> {
  const write = (path: string) => {
    const source = { path, segmentNumber: segment.number, largestRowBytes: segment.largestFrameBytes };
    return writeDataFile(duckDb, target.snapshot.tablePath, target.columns, source);
  };
  const discard = (file: DataFile) => unlink(join(target.snapshot.tablePath, file.add.path));
  try {
    const file = await write(segment.path);
    if (file.rows === segment.rows) {
      return file;
    }
    await discard(file);
  } catch (error) {
    if (!isRowError(error)) {
      throw error;
    }
  }
  const salvage = await salvageSegment(segment, { rejectedFolder: target.rejectedFolder, write, discard, isRowError });
  if (salvage.rejectedRows > 0) {
    onError(
      new TableStoreError(
        `${salvage.rejectedRows} acknowledged rows can't be written to ${target.fullName}; they are kept in ${salvage.rejectedPath}. ` +
          `The last one was refused for: ${firstLine(salvage.reason)}`,
        { cause: salvage.reason },
      ),
    );
  }
  return salvage.file;
}

/** Whether DuckDB has refused a value, in contrast to a disk or memory that is full, which another attempt may find better. */
function isRowError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Invalid Input|Conversion|Out of Range|Not implemented|INTERNAL|FATAL) Error/.test(error.message)
  );
}

function firstLine(reason: unknown): string {
  return String(reason instanceof Error ? reason.message : reason).split('\n', 1)[0] ?? '';
}
