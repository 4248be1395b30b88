import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TableName, watermarksFile, writeAheadFolder } from '../files/dataPaths.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { type SegmentWatermark, SegmentWatermarks } from '../wal/segmentWatermarks.ts';
import type { FoundTable } from './findTables.ts';

/** The watermarks of a table's write-ahead logs, by the id of the table. */
export type TableWatermarks = ReadonlyMap<string, readonly SegmentWatermark[]>;

/** Reads how much is acknowledged. A server may be writing. Call it before the table's Delta log is read. */
export async function readTableWatermarks(dataDir: string, name: TableName): Promise<TableWatermarks> {
  const folder = dirname(watermarksFile(dataDir, name, 'id'));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  // Reading a pipe of another program would wait for ever.
  const ids = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return new Map(ids.map((id) => [id, new SegmentWatermarks(join(folder, id)).watermarks] as const));
}

/** Counts the acknowledged rows that are not in the table as of its snapshot. */
export async function countUnflushedRows(
  dataDir: string,
  { name, snapshot, definition }: FoundTable,
  watermarks: TableWatermarks,
): Promise<number> {
  if (snapshot === undefined || definition === undefined) {
    return 0;
  }
  const { id } = snapshot.metaData;
  const logId = await readLogId(writeAheadFolder(dataDir, name, id)).catch(() => '');
  const flushed = snapshot.transactionVersion(appIdOf(id, logId));
  const waiting = (watermarks.get(id) ?? []).filter(({ number }) => number > flushed);
  return waiting.reduce((sum, { rows }) => sum + rows, 0);
}
