import type { AddAction } from '../delta/deltaAction.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { copyDataFile, type DataFile } from './copyDataFile.ts';
import { copyLimits } from './copyLimits.ts';
import { dataFileName } from './dataFileName.ts';

/** The rows that become one Parquet file. */
export interface DataFileSource {
  /** The query that returns the rows. */
  readonly select: string;
  readonly segment: SegmentIdentity;
  readonly rows: number;
  /** Length of their row lines, in bytes. */
  readonly bytes: number;
  /** The partition that they belong to. Defaults to a table without partitions. */
  readonly partitionValues?: AddAction['partitionValues'];
  /** Columns that must have statistics, with dots between the parts of their names. Defaults to none. */
  readonly clusterColumns?: readonly string[];
}

/**
 * Writes rows of a segment as a Parquet file of the table. The file is durable when the promise resolves, and part of
 * the table only when its `add` is committed. If writing fails, the file is removed.
 *
 * @param columns the columns of the query
 */
export function writeDataFile(
  duckDb: DuckDb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  { segment, rows, bytes, ...copy }: DataFileSource,
): Promise<DataFile> {
  const limits = copyLimits(columns, rows, bytes);
  return copyDataFile(duckDb, { ...copy, tablePath, name: dataFileName(segment), columns, limits });
}
