import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { firstLine } from '../firstLine.ts';
import { readRowBatches } from '../wal/readRowBatches.ts';
import type { SealedSegment } from '../wal/segment.ts';
import { columnMemoryMebibytes } from './columnMemory.ts';
import type { DataFile } from './copyDataFile.ts';
import type { FlushTarget } from './flushTarget.ts';
import type { IdentityNumbers } from './identityNumbers.ts';
import { PartSize } from './partSize.ts';
import { RejectedParquet } from './rejectedParquet.ts';
import { RejectedRows } from './rejectedRows.ts';
import { writeFailure } from './writeFailure.ts';
import { type RowBatchOptions, type RowPart, writeRowBatch } from './writeRowBatch.ts';
import { discardRows, type WrittenRows, writeRows } from './writeRows.ts';

/** How much of a segment is read at once if it can't be written as a whole, in bytes. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** A single row that can't be written with the usual memory may use this many times as much. */
const MORE_MEMORY = 3;

/** Memory that DuckDB may use to copy rejected rows, which are texts. */
const REJECTED_MEMORY_MEBIBYTES = 512;

/** Name of the file that passes parts of a segment to DuckDB. */
const PART_NAME = 'part.tmp';

/**
 * Writes the rows of a segment as data files: one file for each partition if possible, otherwise as many as needed.
 * Rows that can't be written at all are kept as NDJSON in the `rejected` folder, and copied as Parquet into the table's
 * folder. They were acknowledged, so they must neither be lost nor hold up the others.
 *
 * @param numbers numbers the rows
 * @param onError called if rows were set aside
 * @returns the files, those of each partition in the order of their rows. Empty if no row can be written.
 * @throws if the disk, rather than the rows, is the reason. No data file is left then.
 */
export async function writeSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  numbers: IdentityNumbers,
  onError: (error: Error) => void,
): Promise<readonly DataFile[]> {
  const { tablePath } = target.log.snapshot;
  const columnMebibytes = columnMemoryMebibytes(target.columns);
  const write = async (part: RowPart) => {
    const rowMebibytes = target.memoryMebibytes * (part.needsMoreMemory === true ? MORE_MEMORY : 1);
    try {
      await duckDb.limitMemory(rowMebibytes + columnMebibytes);
      return await writeRows(duckDb, target, segment, numbers, part);
    } catch (error) {
      if (writeFailure(error) === 'size') {
        // The next attempt must have all of the memory.
        duckDb.close();
      }
      throw error;
    }
  };
  const discard = (written: WrittenRows) => {
    // These are always the last ones that were written.
    numbers.give(-written.rows);
    return discardRows(tablePath, written);
  };
  const size = PartSize.for(segment, target.columns);
  const whole = await writeWhole(segment, { size, write, discard });
  const options = { size, write, discard, partPath: join(dirname(segment.path), PART_NAME) };
  const written = whole === undefined ? await writeParts(duckDb, target, segment, options, onError) : [whole];
  return written.flatMap(({ files }) => files);
}

/** @returns undefined if the segment can't be written at once */
async function writeWhole(
  segment: SealedSegment,
  { size, write, discard }: Omit<RowBatchOptions<WrittenRows>, 'partPath'>,
): Promise<WrittenRows | undefined> {
  const { path, rows, bytes, largestFrameBytes } = segment;
  if (bytes > size.bytes) {
    return undefined;
  }
  try {
    const written = await write({ path, rows, bytes, largestRowBytes: largestFrameBytes });
    if (written.rows === rows) {
      return written;
    }
    await discard(written);
  } catch (error) {
    const failure = writeFailure(error);
    if (failure === 'other') {
      throw error;
    }
    if (failure === 'size') {
      size.fail(bytes);
    }
  }
  return undefined;
}

async function writeParts(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  options: RowBatchOptions<WrittenRows>,
  onError: (error: Error) => void,
): Promise<readonly WrittenRows[]> {
  const files: WrittenRows[] = [];
  const rejected = new RejectedRows(segment, target.rejectedFolder);
  const parquet = new RejectedParquet(segment, target.log.snapshot.tablePath);
  let reason: unknown;
  let hasParquet = false;
  try {
    for await (const batch of readRowBatches(segment, BATCH_BYTES)) {
      const written = await writeRowBatch(batch, options);
      files.push(...written.files);
      for (const { lines, rows } of written.rejected) {
        await rejected.add(lines, rows);
        await parquet.add(lines, rows);
      }
      reason = written.reason ?? reason;
    }
    await rejected.keep();
    hasParquet = await publish(duckDb, target, parquet, reason, onError);
  } catch (error) {
    await Promise.allSettled(files.map((file) => options.discard(file)));
    throw error;
  } finally {
    // Files that can't be removed now are removed at the next start.
    await Promise.allSettled([rejected.release(), parquet.release(), rm(options.partPath, { force: true })]);
  }
  if (rejected.rows > 0) {
    onError(
      new TableStoreError(
        `${rejected.rows} acknowledged rows can't be written to ${target.fullName}. They are kept in ${rejected.path}` +
          `${hasParquet ? `, and as Parquet in ${dirname(parquet.path)}` : ''}: correct them and send them again. The last one was refused because of: ${firstLine(reason)}`,
        { cause: reason },
      ),
    );
  }
  return files;
}

/** @returns whether the rows were copied. They are safe without the copy. */
async function publish(
  duckDb: DuckDb,
  { fullName }: FlushTarget,
  parquet: RejectedParquet,
  reason: unknown,
  onError: (error: Error) => void,
): Promise<boolean> {
  try {
    await duckDb.limitMemory(REJECTED_MEMORY_MEBIBYTES);
    await parquet.publish(duckDb, firstLine(reason));
    return true;
  } catch (cause) {
    const message = `The rejected rows of ${fullName} can't be copied to ${parquet.path}: ${firstLine(cause)}.`;
    onError(new TableStoreError(message, { cause }));
    return false;
  }
}
