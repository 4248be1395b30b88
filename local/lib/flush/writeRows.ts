import { unlink } from 'node:fs/promises';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import type { DataFile } from './copyDataFile.ts';
import { filledSelect } from './filledSelect.ts';
import type { FlushTarget } from './flushTarget.ts';
import type { IdentityNumbers } from './identityNumbers.ts';
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
  const select = clusterColumns.length === 0 ? source.select : sortedSelect(source.select, clusterColumns);
  const file = await writeDataFile(duckDb, tablePath, columns, { ...source, select, clusterColumns });
  return { rows: file.rows, files: [file] };
}

/**
 * Sorts rows by the clustering columns. Rows that are equal there keep their order.
 *
 * The files are not marked with a `clusteringProvider`: that is for files that an OPTIMIZE has clustered with others,
 * and without it, an OPTIMIZE clusters them.
 */
function sortedSelect(select: string, clusterColumns: readonly string[]): string {
  const order = clusterColumns.map((path) => path.split('.').map(quoteIdentifier).join('.')).join(', ');
  return (
    `SELECT * EXCLUDE ("$position") FROM (SELECT *, row_number() OVER () AS "$position" FROM (${select})) ` +
    `ORDER BY ${order}, "$position"`
  );
}

/** Removes data files that are in no commit. */
export async function discardRows(tablePath: string, { files }: WrittenRows): Promise<void> {
  for (const { add } of files) {
    await unlink(dataFilePath(tablePath, add.path));
  }
}
