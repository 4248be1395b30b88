import { unlink } from 'node:fs/promises';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import type { FlushTarget } from './flushTarget.ts';
import { rowLineSelect } from './rowLineSelect.ts';
import { type DataFile, writeDataFile } from './writeDataFile.ts';
import { writePartitions } from './writePartitions.ts';
import type { RowPart } from './writeRowBatch.ts';

/** Data files of the same rows: one for each partition. */
export interface WrittenRows {
  readonly rows: number;
  readonly files: readonly DataFile[];
}

/**
 * Writes the rows as data files of the table: one for each partition that they belong to. If writing fails, no file is
 * left.
 *
 * @param segment the segment that the rows are from
 */
export async function writeRows(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SegmentIdentity,
  { path, rows, bytes, largestRowBytes }: RowPart,
): Promise<WrittenRows> {
  const { columns, partitionColumns } = target;
  const { tablePath } = target.log.snapshot;
  const source = { select: rowLineSelect(path, columns, largestRowBytes), segment, rows, bytes };
  if (partitionColumns.length > 0) {
    return writePartitions(duckDb, { tablePath, columns, partitionColumns }, source);
  }
  const file = await writeDataFile(duckDb, tablePath, columns, source);
  return { rows: file.rows, files: [file] };
}

/** Removes data files that are in no commit. */
export async function discardRows(tablePath: string, { files }: WrittenRows): Promise<void> {
  for (const { add } of files) {
    await unlink(dataFilePath(tablePath, add.path));
  }
}
