import { open, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { frameKey } from './frame.ts';
import type { SealedSegment } from './segment.ts';
import type { DataFile } from './writeDataFile.ts';

/** Name of the file in which a salvage tries subsets of a segment. */
export const salvageFileName = 'salvage.ndjson';

/**
 * Most rows that are found one by one; each takes some twenty attempts. Where more are refused, something is wrong with all of
 * them, and the parts that hold them are set aside whole.
 */
const mostRowsFound = 200;

/** What a salvage needs. */
export interface SalvageOptions {
  /** Where the refused rows are kept. */
  readonly rejectedFolder: string;
  /** Writes a data file of the rows in an NDJSON file; rejects where a row is refused. */
  readonly write: (path: string) => Promise<DataFile>;
  /** Removes a data file that was written on trial. */
  readonly discard: (file: DataFile) => Promise<void>;
  /** Whether the error was caused by a row; others end the salvage. */
  readonly isRowError: (error: unknown) => boolean;
}

/** What a salvage has brought out. */
export interface Salvage {
  /** The rows that could be written; none where all were refused. */
  readonly file?: DataFile;
  readonly rejectedRows: number;
  /** NDJSON with the refused rows, on the disk. */
  readonly rejectedPath: string;
  /** Why the last of them was refused. */
  readonly reason?: unknown;
}

/**
 * Writes what can be written of a segment that holds rows which DuckDB refuses. These are found by halving, and kept as
 * NDJSON in the `rejected` folder: they were acknowledged, so they must neither be lost nor hold up the rows after them.
 */
export async function salvageSegment(segment: SealedSegment, options: SalvageOptions): Promise<Salvage> {
  const trialPath = join(dirname(segment.path), salvageFileName);
  const rejected: Buffer[] = [];
  let reason: unknown;

  async function tryLines(lines: readonly Buffer[]): Promise<DataFile | undefined> {
    await writeFile(trialPath, Buffer.concat(lines));
    try {
      const file = await options.write(trialPath);
      if (file.rows === lines.length) {
        return file;
      }
      await options.discard(file);
      reason = new Error(`${lines.length} rows were written, but ${file.rows} came back`);
    } catch (error) {
      if (!options.isRowError(error)) {
        throw error;
      }
      reason = error;
    }
    return undefined;
  }

  async function acceptedOf(lines: readonly Buffer[]): Promise<readonly Buffer[]> {
    const file = await tryLines(lines);
    if (file !== undefined) {
      await options.discard(file);
      return lines;
    }
    if (lines.length === 1 || rejected.length >= mostRowsFound) {
      rejected.push(...lines);
      return [];
    }
    const middle = Math.ceil(lines.length / 2);
    return [...(await acceptedOf(lines.slice(0, middle))), ...(await acceptedOf(lines.slice(middle)))];
  }

  const rejectedPath = join(options.rejectedFolder, segment.path.slice(dirname(segment.path).length + 1));
  try {
    const lines = rowLinesOf(await readFile(segment.path));
    const accepted = lines.length === 0 ? [] : await acceptedOf(lines);
    if (rejected.length > 0) {
      await keep(rejectedPath, rejected);
    }
    const file = accepted.length === 0 ? undefined : await tryLines(accepted);
    if (file === undefined && accepted.length > 0) {
      throw new Error(`rows of ${segment.path} that were accepted one by one are refused together`, { cause: reason });
    }
    return { ...(file === undefined ? {} : { file }), rejectedRows: rejected.length, rejectedPath, reason };
  } finally {
    await unlink(trialPath).catch(() => undefined);
  }
}

async function keep(path: string, lines: readonly Buffer[]): Promise<void> {
  await makeDurableDirectory(dirname(path));
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(Buffer.concat(lines));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncPath(dirname(path));
}

/** The lines of a segment with their newlines, without the frames' headers and empty ones. */
function rowLinesOf(segment: Buffer): readonly Buffer[] {
  const header = Buffer.from(`{"${frameKey}":`);
  const lines: Buffer[] = [];
  for (let start = 0; start < segment.length; ) {
    const newline = segment.indexOf(0x0a, start);
    const end = newline < 0 ? segment.length : newline + 1;
    const line = segment.subarray(start, end);
    if (line.length > 1 && !line.subarray(0, header.length).equals(header)) {
      lines.push(line);
    }
    start = end;
  }
  return lines;
}
