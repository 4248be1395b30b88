import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { FlushTarget } from './flushSegment.ts';
import { salvageSegment } from './salvageSegment.ts';
import type { SealedSegment } from './segment.ts';
import { TableStoreError } from './tableStoreError.ts';
import { type DataFile, writeDataFile } from './writeDataFile.ts';

/** Writes the segment's rows as a data file; undefined where not a single one can be written. */
export async function writeSegment(
  duckDb: DuckDb,
  target: FlushTarget,
  segment: SealedSegment,
  onError: (error: Error) => void,
): Promise<readonly DataFile[]> {
  const write = (path: string) => {
    const source = { path, segment, largestRowBytes: segment.largestFrameBytes };
    return writeDataFile(duckDb, target.log.snapshot.tablePath, target.columns, source);
  };
  const discard = (file: DataFile) => unlink(join(target.log.snapshot.tablePath, file.add.path));
  try {
    const file = await write(segment.path);
    if (file.rows === segment.rows) {
      return [file];
    }
    await discard(file);
  } catch (error) {
    if (!isRowError(error)) {
      throw error;
    }
  }
  const salvage = await salvageSegment(segment, { rejectedFolder: target.rejectedFolder, write, discard, isRowError });
  if (salvage.rejectedRows > 0) {
    onError(
      new TableStoreError(
        `${salvage.rejectedRows} acknowledged rows can't be written to ${target.fullName}; they are kept in ${salvage.rejectedPath}. ` +
          `The last one was refused for: ${firstLine(salvage.reason)}`,
        { cause: salvage.reason },
      ),
    );
  }
  return salvage.file === undefined ? [] : [salvage.file];
}

/** Whether DuckDB has refused a value, in contrast to a disk or memory that is full, which another attempt may find better. */
function isRowError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Invalid Input|Conversion|Out of Range|Not implemented|INTERNAL|FATAL) Error/.test(error.message)
  );
}

function firstLine(reason: unknown): string {
  return String(reason instanceof Error ? reason.message : reason).split('\n', 1)[0] ?? '';
}
