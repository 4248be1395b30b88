import { mkdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json } from '@duckdb/node-api';
import type { AddAction } from '../delta/deltaAction.ts';
import { fileStatistics, type LeafStatistics } from '../delta/fileStatistics.ts';
import { partitionFolder } from '../delta/partitionFolder.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { syncPath } from '../files/syncPath.ts';
import { mendFooter } from '../parquet/mendFooter.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { holdsFloats, holdsVariants } from './columnShape.ts';
import type { CopyLimits } from './copyLimits.ts';
import { splitVariants } from './splitVariants.ts';

/** A Parquet file that is on the disk but in no commit yet. */
export interface DataFile {
  readonly rows: number;
  readonly add: AddAction;
}

/** Options of {@link copyDataFile}. */
export interface DataFileCopy {
  readonly tablePath: string;
  /** Its folder as the log has it: relative to the table's root, URI-encoded. Defaults to that of its partition. */
  readonly folder?: string;
  /** Its name in the folder. No such file may exist. */
  readonly name: string;
  /** The columns of the file. */
  readonly columns: readonly DeltaColumn[];
  /** The query whose rows are written. A variant in it is a struct of two binaries. */
  readonly select: string;
  readonly limits: CopyLimits;
  /** The partition that the rows belong to, in the order of its columns. Defaults to a table without partitions. */
  readonly partitionValues?: AddAction['partitionValues'];
  /** Columns that must have statistics, with dots between the parts of their names. Defaults to none. */
  readonly clusterColumns?: readonly string[];
}

/**
 * Writes the rows of a query as a Parquet file of the table. The file is durable when the promise resolves, and part of
 * the table only when its `add` is committed. If writing fails, the file is removed.
 */
export async function copyDataFile(
  duckDb: DuckDb,
  { tablePath, name, columns, select, limits, ...copy }: DataFileCopy,
): Promise<DataFile> {
  const { partitionValues = {}, clusterColumns = [], folder = encodeURI(partitionFolder(partitionValues)) } = copy;
  const folderName = decodeURIComponent(folder);
  const path = join(tablePath, folderName, name);
  await makeFolders(tablePath, folderName);
  const hasVariants = holdsVariants(columns);
  const rows = hasVariants ? splitVariants(select, columns) : select;
  try {
    const reader = await duckDb.run(
      `COPY (${rows}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${limits.rowGroupRows}, ` +
        `STRING_DICTIONARY_PAGE_SIZE_LIMIT ${limits.dictionaryPageBytes}, RETURN_STATS, USE_TMP_FILE false)`,
    );
    const result = readCopyResult(reader.getRowObjectsJson()[0] ?? {});
    const leavesWithNaN = await mendFooter(path, { hasVariants, hasFloats: holdsFloats(columns) });
    // COPY does not sync the file.
    await syncPath(path);
    await syncPath(dirname(path));
    const { size, mtimeMs } = await stat(path);
    const add: AddAction = {
      path: folder === '' ? name : `${folder}/${name}`,
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
