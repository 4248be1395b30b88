import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TableName, writeAheadFolder, writeAheadRoot } from '../files/dataPaths.ts';
import { type OnUnreadable, subfolders } from '../files/subfolders.ts';
import { scanSegment } from './scanSegment.ts';
import { parseSegmentName } from './segment.ts';

/** A write-ahead log on the disk. */
export interface WriteAheadLog {
  /** The table that it belongs to, according to its place. */
  readonly table: TableName;
  readonly tableId: string;
  readonly folder: string;
}

/** Rows that wait in a write-ahead log. */
export interface WaitingRows {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Lists the write-ahead logs of a data directory, including those whose table is gone.
 *
 * @param onUnreadable called with each folder that can't be listed, and may hold acknowledged rows. Defaults to passing
 * over it.
 */
export async function listWriteAheadLogs(
  dataDir: string,
  onUnreadable: OnUnreadable = () => undefined,
): Promise<readonly WriteAheadLog[]> {
  const logs: WriteAheadLog[] = [];
  const root = writeAheadRoot(dataDir);
  for (const catalog of await subfolders(root, onUnreadable)) {
    for (const schema of await subfolders(join(root, catalog), onUnreadable)) {
      for (const name of await subfolders(join(root, catalog, schema), onUnreadable)) {
        const table = { catalog, schema, name };
        for (const tableId of await subfolders(join(root, catalog, schema, name), onUnreadable)) {
          const folder = writeAheadFolder(dataDir, table, tableId);
          if (await isReadable(folder, onUnreadable)) {
            logs.push({ table, tableId, folder });
          }
        }
      }
    }
  }
  return logs;
}

async function isReadable(folder: string, onUnreadable: OnUnreadable): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch (error) {
    onUnreadable(folder, error as Error);
    return false;
  }
}

/** Paths of the segments in a write-ahead log, oldest first. */
export async function segmentFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => parseSegmentName(name) !== undefined)
    .sort()
    .map((name) => join(folder, name));
}

/** Counts the rows in the segments of a write-ahead log. */
export async function countWaitingRows(folder: string): Promise<WaitingRows> {
  let rows = 0;
  let bytes = 0;
  for (const path of await segmentFiles(folder)) {
    const scan = scanSegment(await readFile(path));
    rows += scan.rows;
    bytes += scan.frames.reduce((sum, frame) => sum + frame.length, 0);
  }
  return { rows, bytes };
}
