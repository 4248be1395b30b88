import type { DuckDb } from '../duckdb/duckDb.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { copyDataFile, type DataFile } from './copyDataFile.ts';
import { copyLimits } from './copyLimits.ts';
import { dataFileName } from './dataFileName.ts';
import { rowLineSelect } from './rowLineSelect.ts';

/** The rows that become one Parquet file. */
export interface DataFileSource {
  /** An NDJSON file of row lines, such as a segment. */
  readonly path: string;
  readonly segment: SegmentIdentity;
  readonly rows: number;
  readonly bytes: number;
  /** An upper bound for the longest row line. */
  readonly largestRowBytes: number;
}

/**
 * Writes the rows as a Parquet file of the table. The file is durable when the promise resolves, and part of the table
 * only when its `add` is committed. If writing fails, the file is removed.
 */
export function writeDataFile(
  duckDb: DuckDb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  source: DataFileSource,
): Promise<DataFile> {
  const select = rowLineSelect(source.path, columns, source.largestRowBytes);
  const limits = copyLimits(columns, source.rows, source.bytes);
  return copyDataFile(duckDb, { tablePath, name: dataFileName(source.segment), columns, select, limits });
}
