import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import type { AddAction } from '../delta/deltaAction.ts';
import { fileStatistics, type LeafStatistics } from '../delta/fileStatistics.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { syncPath } from '../files/syncPath.ts';
import { joinVariantLeaves } from '../parquet/joinVariantLeaves.ts';
import { mendFloatColumns } from '../parquet/mendFloatColumns.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { holdsFloats, holdsVariants } from './columnShape.ts';
import { copyLimits } from './copyLimits.ts';
import { dataFileName } from './dataFileName.ts';
import { rowLineSelect } from './rowLineSelect.ts';
import { splitVariants } from './splitVariants.ts';

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

/** A Parquet file that is on the disk but in no commit yet. */
export interface DataFile {
  readonly rows: number;
  readonly add: AddAction;
}

/**
 * Writes the rows as a Parquet file of the table. The file is durable when the promise resolves, and part of the table
 * only when its `add` is committed. If writing fails, the file is removed.
 */
export async function writeDataFile(
  duckDb: DuckDb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  source: DataFileSource,
): Promise<DataFile> {
  const name = dataFileName(source.segment);
  const path = join(tablePath, name);
  const hasVariants = holdsVariants(columns);
  try {
    const rows = rowLineSelect(source.path, columns, source.largestRowBytes);
    const select = hasVariants ? splitVariants(rows, columns) : rows;
    const limits = copyLimits(columns, source.rows, source.bytes);
    const reader = await duckDb.run(
      `COPY (${select}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${limits.rowGroupRows}, ` +
        `STRING_DICTIONARY_PAGE_SIZE_LIMIT ${limits.dictionaryPageBytes}, RETURN_STATS, USE_TMP_FILE false)`,
    );
    const result = readCopyResult(reader.getRowObjectsJson()[0] ?? {});
    if (hasVariants) {
      await joinVariantLeaves(path);
    }
    // Decoding a footer takes about 10 KB of heap for each column of each row group.
    const leavesWithNaN = holdsFloats(columns) ? await mendFloatColumns(path) : new Set<string>();
    // COPY does not sync the file.
    await syncPath(path);
    await syncPath(tablePath);
    const { size, mtimeMs } = await stat(path);
    const add: AddAction = {
      path: name,
      partitionValues: {},
      size,
      modificationTime: Math.floor(mtimeMs),
      dataChange: true,
      stats: fileStatistics(result.rows, columns, result.leafStatistics, leavesWithNaN),
    };
    return { rows: result.rows, add };
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** A MAP in the JSON form of a DuckDB result. */
type MapJson<Value> = readonly { readonly key: string; readonly value: Value }[];

function readCopyResult(result: Readonly<Record<string, Json>>): {
  rows: number;
  leafStatistics: Map<string, LeafStatistics>;
} {
  const leafStatistics = new Map<string, LeafStatistics>();
  for (const { key, value } of result['column_statistics'] as unknown as MapJson<MapJson<string>>) {
    leafStatistics.set(key, Object.fromEntries(value.map((entry) => [entry.key, entry.value])));
  }
  return { rows: Number(result['count']), leafStatistics };
}
