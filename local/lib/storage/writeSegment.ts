import { open, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { columnMemoryMebibytes } from './columnMemory.ts';
import type { FlushTarget } from './flushTarget.ts';
import { readRowBatches } from './readRowBatches.ts';
import type { SealedSegment } from './segment.ts';
import { TableStoreError } from './tableStoreError.ts';
import { type DataFile, writeDataFile } from './writeDataFile.ts';
import { writeFailure } from './writeFailure.ts';
import { writeRowBatch } from './writeRowBatch.ts';

/** Length of what is read of a segment at once if it can't be written as a whole, in bytes. */
const batchBytes = 32 * 1024 * 1024;

/** Name of the file in which parts of a segment are handed to DuckDB. */
const partName = 'part.tmp';

/**
 * Writes a segment's rows as data files: one, if that is possible, and as many as it takes otherwise. Rows that can't be written at
 * all are kept as NDJSON in the `rejected` folder: they were acknowledged, so they must neither be lost nor hold up the others.
 *
 * @param onError called if rows had to be kept apart
 * @returns the files, in the order of the rows; none if no row can be written
 * @throws if the disk, and not the rows, is the reason; no data file is left then
 */
export async function writeSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
): Promise<readonly DataFile[]> {
  const { tablePath } = target.log.snapshot;
  const write = async (path: string, largestRowBytes: number) => {
    try {
      return await writeDataFile(duckDb, tablePath, target.columns, { path, segment, largestRowBytes });
    } catch (error) {
      if (writeFailure(error) === 'size') {
        // The next attempt has all of the memory.
        duckDb.close();
      }
      throw error;
    }
  };
  const discard = (file: DataFile) => unlink(join(tablePath, file.add.path));
  await duckDb.limitMemory(target.memoryMebibytes + columnMemoryMebibytes(target.columns));
  try {
    const file = await write(segment.path, segment.largestFrameBytes);
    if (file.rows === segment.rows) {
      return [file];
    }
    await discard(file);
  } catch (error) {
    if (writeFailure(error) === 'other') {
      throw error;
    }
  }
  const partPath = join(dirname(segment.path), partName);
  const files: DataFile[] = [];
  const rejected: Buffer[] = [];
  let reason: unknown;
  try {
    let mostRows = Math.ceil(segment.rows / 2);
    for await (const batch of readRowBatches(segment, batchBytes)) {
      const written = await writeRowBatch(batch, { partPath, mostRows, write, discard });
      files.push(...written.files);
      rejected.push(...written.rejected);
      reason = written.reason ?? reason;
      mostRows = written.mostRows;
    }
    if (rejected.length > 0) {
      const path = join(target.rejectedFolder, basename(segment.path));
      await keep(path, rejected);
      onError(
        new TableStoreError(
          `${rejected.length} acknowledged rows can't be written to ${target.fullName}; they are kept in ${path}. The last one was ` +
            `refused for: ${firstLine(reason)}`,
          { cause: reason },
        ),
      );
    }
    return files;
  } catch (error) {
    for (const file of files) {
      await discard(file);
    }
    throw error;
  } finally {
    await rm(partPath, { force: true });
  }
}

async function keep(path: string, lines: readonly Buffer[]): Promise<void> {
  await makeDurableDirectory(dirname(path));
  const handle = await open(path, 'w');
  try {
    for (const line of lines) {
      await handle.writeFile(line);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncPath(dirname(path));
}

function firstLine(reason: unknown): string {
  return String(reason instanceof Error ? reason.message : reason).split('\n', 1)[0] ?? '';
}
