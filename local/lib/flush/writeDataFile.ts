import { mkdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import type { AddAction } from '../delta/deltaAction.ts';
import { fileStatistics, type LeafStatistics } from '../delta/fileStatistics.ts';
import { partitionFolder } from '../delta/partitionFolder.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { syncPath } from '../files/syncPath.ts';
import { mendFloatColumns } from '../parquet/mendFloatColumns.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { holdsFloats } from './columnShape.ts';
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

/** A Parquet file that is on the disk but in no commit yet. */
export interface DataFile {
  readonly rows: number;
  readonly add: AddAction;
}

/**
 * Writes the rows as a Parquet file of the table. The file is durable when the promise resolves, and part of the table
 * only when its `add` is committed. If writing fails, the file is removed.
 *
 * @param columns the columns of the query
 */
export async function writeDataFile(
  duckDb: DuckDb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  source: DataFileSource,
): Promise<DataFile> {
  const { partitionValues = {}, clusterColumns = [] } = source;
  const folderName = partitionFolder(partitionValues);
  const name = dataFileName(source.segment);
  const folder = join(tablePath, folderName);
  const path = join(folder, name);
  await makeFolders(tablePath, folderName);
  try {
    const limits = copyLimits(columns, source.rows, source.bytes);
    const reader = await duckDb.run(
      `COPY (${source.select}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${limits.rowGroupRows}, ` +
        `STRING_DICTIONARY_PAGE_SIZE_LIMIT ${limits.dictionaryPageBytes}, RETURN_STATS, USE_TMP_FILE false)`,
    );
    const result = readCopyResult(reader.getRowObjectsJson()[0] ?? {});
    // Decoding a footer takes about 10 KB of heap for each column of each row group.
    const leavesWithNaN = holdsFloats(columns) ? await mendFloatColumns(path) : new Set<string>();
    // COPY does not sync the file.
    await syncPath(path);
    await syncPath(folder);
    const { size, mtimeMs } = await stat(path);
    const add: AddAction = {
      path: folderName === '' ? name : `${encodeURI(folderName)}/${name}`,
      partitionValues,
      size,
      modificationTime: Math.floor(mtimeMs),
      dataChange: true,
      stats: fileStatistics(result.rows, columns, result.leafStatistics, leavesWithNaN, clusterColumns),
    };
    return { rows: result.rows, add };
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Makes the folder of a partition, but not that of the table: if that is gone, it must not appear to be back. */
async function makeFolders(tablePath: string, folderName: string): Promise<void> {
  let parent = tablePath;
  for (const name of folderName.split('/').filter((part) => part !== '')) {
    const folder = join(parent, name);
    try {
      await mkdir(folder);
      await syncPath(parent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    parent = folder;
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
