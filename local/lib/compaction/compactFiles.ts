import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddAction } from '../delta/deltaAction.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { TableStoreError } from '../errors.ts';
import { columnMemoryMebibytes } from '../flush/columnMemory.ts';
import { copyDataFile } from '../flush/copyDataFile.ts';
import { copyLimits } from '../flush/copyLimits.ts';
import { dataFileName } from '../flush/dataFileName.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { SegmentIdentity } from '../wal/segment.ts';
import { storedSelect } from './storedSelect.ts';
import { tableFilePath } from './tableFilePath.ts';

/** Memory that DuckDB may use for the rows, in MiB. */
const MEMORY_MEBIBYTES = 512;

/** Options of {@link compactFiles}. */
export interface CompactFilesOptions {
  readonly tablePath: string;
  /** The columns that the files hold: all columns of the table but those that it is partitioned by. */
  readonly columns: readonly DeltaColumn[];
  /** Names of the columns that the rows are sorted by. Empty for the order of the files. */
  readonly order: readonly string[];
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
  { tablePath, columns, order, identity }: CompactFilesOptions,
): Promise<AddAction> {
  const paths = files.map((file) => tableFilePath(tablePath, file.path) ?? file.path);
  await duckDb.limitMemory(MEMORY_MEBIBYTES + columnMemoryMebibytes(columns));
  const { rows, bytes } = await measure(duckDb, paths);
  const firstPath = files[0]?.path ?? '';
  const folder = firstPath.slice(0, firstPath.lastIndexOf('/') + 1);
  const fileName = dataFileName(identity);
  const written = await copyDataFile(duckDb, {
    tablePath,
    name: `${decodeURIComponent(folder)}${fileName}`,
    columns,
    select: storedSelect(paths, columns, order),
    limits: copyLimits(columns, Math.max(1, rows), bytes),
  });
  if (written.rows !== rows) {
    await unlink(join(tablePath, written.add.path));
    throw new TableStoreError(`${tablePath}: ${files.length} files have ${rows} rows, but ${written.rows} were read.`);
  }
  return { ...written.add, path: `${folder}${fileName}`, partitionValues: files[0]?.partitionValues ?? {} };
}

/** The number of rows in the files, and the length of their values before compression, according to their footers. */
async function measure(duckDb: DuckDb, paths: readonly string[]): Promise<{ rows: number; bytes: number }> {
  const list = `[${paths.map(quoteLiteral).join(', ')}]`;
  const counted = await duckDb.run(`SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${list})`);
  const measured = await duckDb.run(`SELECT sum(total_uncompressed_size)::BIGINT FROM parquet_metadata(${list})`);
  return { rows: Number(counted.getRowsJson()[0]?.[0] ?? 0), bytes: Number(measured.getRowsJson()[0]?.[0] ?? 0) };
}
