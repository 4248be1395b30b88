import { unlink } from 'node:fs/promises';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { AddAction } from '../delta/deltaAction.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { TableStoreError } from '../errors.ts';
import { columnMemoryMebibytes } from '../flush/columnMemory.ts';
import { copyDataFile } from '../flush/copyDataFile.ts';
import { copyLimits } from '../flush/copyLimits.ts';
import { dataFileName } from '../flush/dataFileName.ts';
import { sortedSelect } from '../flush/sortedSelect.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { storedSelect } from './storedSelect.ts';

/** Memory that DuckDB may use for the rows, in MiB. */
const MEMORY_MEBIBYTES = 512;

/** Options of {@link compactFiles}. */
export interface CompactFilesOptions {
  readonly tablePath: string;
  /** The columns that the files hold: all columns of the table but those that it is partitioned by. */
  readonly columns: readonly DeltaColumn[];
  /** The columns that the table is clustered by, and the rows sorted. Empty for the order of the files. */
  readonly clusterColumns: readonly string[];
  /** Goes into the name of the new file. */
  readonly identity: SegmentIdentity;
}

/**
 * Writes the rows of several data files of one partition into a new one, next to the first.
 *
 * @returns the new file, which is part of the table only when it is committed
 * @throws {Error} if it can't be written. No file is left then.
 */
export async function compactFiles(
  duckDb: DuckDb,
  files: readonly AddAction[],
  { tablePath, columns, clusterColumns, identity }: CompactFilesOptions,
): Promise<AddAction> {
  const paths = files.map((file) => dataFilePath(tablePath, file.path));
  await duckDb.limitMemory(MEMORY_MEBIBYTES + columnMemoryMebibytes(columns));
  const { rows, bytes } = await measure(duckDb, paths);
  const { path: firstPath = '', partitionValues = {} } = files[0] ?? {};
  const written = await copyDataFile(duckDb, {
    tablePath,
    // Other writers may have put the partition into a folder with another name.
    folder: firstPath.slice(0, Math.max(0, firstPath.lastIndexOf('/'))),
    name: dataFileName(identity),
    columns,
    select: sortedSelect(storedSelect(paths, columns), clusterColumns),
    limits: copyLimits(columns, Math.max(1, rows), bytes),
    partitionValues,
    clusterColumns,
  });
  if (written.rows !== rows) {
    await unlink(dataFilePath(tablePath, written.add.path));
    throw new TableStoreError(`${tablePath}: ${files.length} files have ${rows} rows, but ${written.rows} were read.`);
  }
  return written.add;
}

/** The number of rows in the files, and the length of their values before compression, according to their footers. */
async function measure(duckDb: DuckDb, paths: readonly string[]): Promise<{ rows: number; bytes: number }> {
  const list = `[${paths.map(quoteLiteral).join(', ')}]`;
  const counted = await duckDb.run(`SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`);
  const measured = await duckDb.run(`SELECT sum(total_uncompressed_size)::BIGINT FROM parquet_metadata(${list})`);
  return { rows: Number(counted.getRowsJson()[0]?.[0] ?? 0), bytes: Number(measured.getRowsJson()[0]?.[0] ?? 0) };
}
