import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { tableFolder } from '../files/dataPaths.ts';
import type { OnUnreadable } from '../files/subfolders.ts';
import { commitState } from '../flush/commitState.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { listWriteAheadLogs, segmentFiles, type WriteAheadLog } from '../wal/listWriteAheadLogs.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { scanSegment } from '../wal/scanSegment.ts';
import { parseSegmentName } from '../wal/segment.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { lockDataDirectory } from './lockDataDirectory.ts';

/** Acknowledged rows of one segment that are in no Delta table. */
export interface RescuedRows {
  /** `catalog.schema.table` of the table that they were accepted for. */
  readonly fullName: string;
  /** The write-ahead log that holds them. */
  readonly folder: string;
  readonly rows: number;
  /** NDJSON, one line per row, in the form in which JSON records are sent. */
  readonly lines: Buffer;
}

/**
 * Reads the acknowledged rows that wait in the write-ahead logs of a data directory, oldest first. It changes nothing.
 * A server that is started later writes them to their tables, if possible.
 *
 * @param dataDir the data directory. No server may have it open.
 * @param fullName reads the rows of this table. Defaults to all tables.
 * @param onUnreadable called with each file and folder that can't be read, and may hold acknowledged rows
 * @throws {@link TableStoreError} if a server has the directory open
 */
export async function* rescueRows(
  dataDir: string,
  fullName: string | undefined,
  onUnreadable: OnUnreadable,
): AsyncGenerator<RescuedRows> {
  const unlock = await lockDataDirectory(resolve(dataDir));
  const duckDb = new DuckDb();
  try {
    const tables = await findTables(resolve(dataDir), duckDb, () => undefined);
    for (const log of await listWriteAheadLogs(resolve(dataDir), onUnreadable)) {
      const logName = fullTableName(log.table);
      if (fullName === undefined || fullName.toLowerCase() === logName.toLowerCase()) {
        for (const path of await waitingSegments(resolve(dataDir), log, tables)) {
          const content = await readFile(path).catch((error: Error) => onUnreadable(path, error));
          const { frames, rows } = scanSegment(content ?? Buffer.alloc(0));
          if (rows > 0) {
            yield { fullName: logName, folder: log.folder, rows, lines: Buffer.concat(frames.map(linesOf)) };
          }
        }
      }
    }
  } finally {
    duckDb.close();
    unlock();
  }
}

async function waitingSegments(
  dataDir: string,
  { table, tableId, folder }: WriteAheadLog,
  tables: readonly FoundTable[],
): Promise<readonly string[]> {
  const tablePath = tableFolder(dataDir, table);
  const found = tables.find(({ snapshot }) => snapshot?.tablePath === tablePath && snapshot.metaData.id === tableId);
  const snapshot = found?.snapshot;
  const appId = appIdOf(tableId, await readLogId(folder).catch(() => ''));
  const waiting: string[] = [];
  for (const path of await segmentFiles(folder)) {
    const identity = parseSegmentName(basename(path));
    const isCommitted =
      identity !== undefined &&
      snapshot !== undefined &&
      (await commitState(snapshot, appId, identity, true)) === 'committed';
    if (!isCommitted) {
      waiting.push(path);
    }
  }
  return waiting;
}

/** The row lines of a frame, without its header line. */
function linesOf(frame: Buffer): Buffer {
  return frame.subarray(frame.indexOf(0x0a) + 1);
}
