import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { DuckDb } from '../duckdb/duckDb.ts';
import { type TableName, tableFolder } from '../files/dataPaths.ts';
import type { OnUnreadable } from '../files/subfolders.ts';
import { commitState } from '../flush/commitState.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { listWriteAheadLogs, segmentFiles, type WriteAheadLog } from '../wal/listWriteAheadLogs.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { scanSegment } from '../wal/scanSegment.ts';
import { parseSegmentName } from '../wal/segment.ts';
import { getNamed } from './findNamed.ts';
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
 * @param only reads the rows of the table with this full name, or short one that is unique. Defaults to all tables.
 * @param onUnreadable called with each file and folder that can't be read, and may hold acknowledged rows
 * @throws {@link TableStoreError} if a server has the directory open, or if there is no single table of the name
 */
export async function* rescueRows(
  dataDir: string,
  only: string | undefined,
  onUnreadable: OnUnreadable,
): AsyncGenerator<RescuedRows> {
  const unlock = await lockDataDirectory(resolve(dataDir));
  const duckDb = new DuckDb();
  try {
    const tables = await findTables(resolve(dataDir), duckDb, () => undefined);
    const logs = await listWriteAheadLogs(resolve(dataDir), onUnreadable);
    const chosen = only === undefined ? undefined : getNamed(namesOf(tables, logs), only);
    for (const log of logs) {
      const logName = fullTableName(log.table);
      if (chosen === undefined || fullTableName(chosen.name) === logName) {
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

/** The names of all tables that are there, or have left rows. */
function namesOf(
  tables: readonly FoundTable[],
  logs: readonly WriteAheadLog[],
): readonly { readonly name: TableName }[] {
  const names = [...tables.map(({ name }) => name), ...logs.map(({ table }) => table)];
  return [...new Map(names.map((name) => [fullTableName(name), { name }])).values()];
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
