import { stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import type { AddAction } from '../delta/deltaAction.ts';
import { fileStatistics, type LeafStatistics } from '../delta/fileStatistics.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { syncPath } from '../files/syncPath.ts';
import { mendFloatColumns } from '../parquet/mendFloatColumns.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { holdsFloats } from './columnShape.ts';
import type { CopyLimits } from './copyLimits.ts';

/** A Parquet file that is on the disk but in no commit yet. */
export interface DataFile {
  readonly rows: number;
  readonly add: AddAction;
}

/** Options of {@link copyDataFile}. */
export interface DataFileCopy {
  readonly tablePath: string;
  /** Relative to the table's root. No such file may exist. */
  readonly name: string;
  /** The columns of the file. */
  readonly columns: readonly DeltaColumn[];
  /** The query whose rows are written. */
  readonly select: string;
  readonly limits: CopyLimits;
}

/**
 * Writes the rows of a query as a Parquet file of the table. The file is durable when the promise resolves, and part of
 * the table only when its `add` is committed. If writing fails, the file is removed.
 */
export async function copyDataFile(
  duckDb: DuckDb,
  { tablePath, name, columns, select, limits }: DataFileCopy,
): Promise<DataFile> {
  const path = join(tablePath, name);
  try {
    const reader = await duckDb.run(
      `COPY (${select}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${limits.rowGroupRows}, ` +
        `STRING_DICTIONARY_PAGE_SIZE_LIMIT ${limits.dictionaryPageBytes}, RETURN_STATS, USE_TMP_FILE false)`,
    );
    const result = readCopyResult(reader.getRowObjectsJson()[0] ?? {});
    // Decoding a footer takes about 10 KB of heap for each column of each row group.
    const leavesWithNaN = holdsFloats(columns) ? await mendFloatColumns(path) : new Set<string>();
    // COPY does not sync the file.
    await syncPath(path);
    await syncPath(dirname(path));
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
