import { unlink } from 'node:fs/promises';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import type { DataFile } from './copyDataFile.ts';
import { filledSelect } from './filledSelect.ts';
import type { FlushTarget } from './flushTarget.ts';
import type { IdentityNumbers } from './identityNumbers.ts';
import { sortedSelect } from './sortedSelect.ts';
import { writeDataFile } from './writeDataFile.ts';
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
 * @param numbers numbers the rows. Those of rows that can't be written are not used up.
 */
export async function writeRows(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SegmentIdentity,
  numbers: IdentityNumbers,
  part: RowPart,
): Promise<WrittenRows> {
  const written = await writeNumbered(duckDb, target, segment, numbers.next, part);
  numbers.give(written.rows);
  return written;
}

async function writeNumbered(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SegmentIdentity,
  numbers: ReadonlyMap<string, bigint>,
  { path, rows, bytes, largestRowBytes }: RowPart,
): Promise<WrittenRows> {
  const { columns, partitionColumns, clusterColumns } = target;
  const { tablePath } = target.log.snapshot;
  const source = { select: filledSelect(path, columns, largestRowBytes, numbers), segment, rows, bytes };
  if (partitionColumns.length > 0) {
    return writePartitions(duckDb, { tablePath, columns, partitionColumns }, source);
  }
  const select = sortedSelect(source.select, clusterColumns);
  const file = await writeDataFile(duckDb, tablePath, columns, { ...source, select, clusterColumns });
  return { rows: file.rows, files: [file] };
}

/** Removes data files that are in no commit. */
export async function discardRows(tablePath: string, { files }: WrittenRows): Promise<void> {
  for (const { add } of files) {
    await unlink(dataFilePath(tablePath, add.path));
  }
}
