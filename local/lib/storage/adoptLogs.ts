import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import {
  rejectedFolder,
  type TableName,
  watermarksFile,
  writeAheadFolder,
  writeAheadRoot,
} from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { subfolders } from '../files/subfolders.ts';
import { syncPath } from '../files/syncPath.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { listWriteAheadLogs, segmentFiles, type WriteAheadLog } from '../wal/listWriteAheadLogs.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { segmentPath } from '../wal/segment.ts';
import { isServedFolder } from '../wal/servedFolder.ts';

/** A table that can own a write-ahead log. */
export interface IdentifiedTable {
  readonly name: TableName;
  /** The id in its Delta log. */
  readonly id: string;
  readonly snapshot: DeltaSnapshot;
}

/**
 * Gives tables whose folder was moved or renamed the write-ahead log that waits for them at the old place.
 *
 * A log moves only if that is certain to be right: no table with its id is at the old place any more, and one of those
 * with its id elsewhere is in the very folder that was at the old place, or is the only one that has taken in so many
 * of the log's segments.
 *
 * @param report called with each log that was moved, in words
 */
export async function adoptMovedLogs(
  dataDir: string,
  tables: readonly IdentifiedTable[],
  report: (message: string) => void,
): Promise<void> {
  for (const log of await listWriteAheadLogs(dataDir)) {
    const namesakes = tables.filter(({ id }) => id === log.tableId);
    const isAtItsPlace = namesakes.some(({ name }) => isSameTable(name, log.table));
    if (isAtItsPlace || (await segmentFiles(log.folder)).length === 0) {
      continue;
    }
    const table = await findMoved(log, namesakes);
    if (table !== undefined && (await moveLog(dataDir, log, table))) {
      report(
        `the folder of ${fullTableName(log.table)} is now that of ${fullTableName(table.name)}: the acknowledged rows that wait ` +
          'for it go into the table there',
      );
    }
  }
}

/** The table that a log belongs to, of those with its id. */
async function findMoved(log: WriteAheadLog, tables: readonly IdentifiedTable[]): Promise<IdentifiedTable | undefined> {
  for (const table of tables) {
    if (await isServedFolder(log.folder, table.snapshot.tablePath)) {
      return table;
    }
  }
  return furthest(tables, appIdOf(log.tableId, await readLogId(log.folder)));
}

/**
 * The table that has taken in more of the log than all others; undefined if there is none such, or if that is not
 * known.
 */
function furthest(tables: readonly IdentifiedTable[], appId: string): IdentifiedTable | undefined {
  const progress = tables.map(({ snapshot }) => snapshot.transactionVersion(appId));
  if (tables.length > 1 && progress.includes(-1)) {
    // Another writer may have dropped the `txn` of that one.
    return undefined;
  }
  const most = Math.max(...progress);
  const [table, ...others] = tables.filter((_, index) => progress[index] === most);
  return others.length === 0 ? table : undefined;
}

/** Moves a log in one step, unless there are rows at its new place already. */
async function moveLog(dataDir: string, log: WriteAheadLog, { name, id }: IdentifiedTable): Promise<boolean> {
  const target = writeAheadFolder(dataDir, name, id);
  await makeDurableDirectory(target);
  if ((await segmentFiles(target)).length > 0 || (await readdir(target)).includes(basename(rejectedFolder(target)))) {
    return false;
  }
  await rm(target, { recursive: true });
  await rename(log.folder, target);
  await syncPath(dirname(target));
  const watermarks = watermarksFile(dataDir, name, id);
  await makeDurableDirectory(dirname(watermarks));
  // Without its watermarks, a log is still whole.
  await rename(watermarksFile(dataDir, log.table, id), watermarks).catch(() => undefined);
  return true;
}

/**
 * Brings the logs of version 0.1.0, `wal/<table id>`, into their present place. There, a table's `txn` alone told which
 * segments were committed.
 *
 * @param report called with each log whose table can't be told, in words
 */
export async function adoptEarlierLayout(
  dataDir: string,
  tables: readonly IdentifiedTable[],
  report: (message: string) => void,
): Promise<void> {
  const root = writeAheadRoot(dataDir);
  for (const folderName of await subfolders(root)) {
    const folder = join(root, folderName);
    const names = (await readdir(folder)).filter((name) => /^\d{12}\.ndjson$/.test(name));
    if (names.length === 0) {
      continue;
    }
    const namesakes = tables.filter(({ id }) => id === folderName);
    const table = namesakes.length > 1 ? namesakes.find(isAtFirstPlace) : namesakes[0];
    if (table === undefined) {
      report(
        `${folder} holds acknowledged rows, but which table they belong to can't be told. Put the table's folder back and restart, ` +
          'send the rows in its files again, or delete it if they can go',
      );
      continue;
    }
    const target = writeAheadFolder(dataDir, table.name, table.id);
    await makeDurableDirectory(target);
    for (const name of names) {
      const number = Number(name.slice(0, 12));
      if (number <= table.snapshot.transactionVersion(`zerobus-local/${table.id}`)) {
        await unlink(join(folder, name));
      } else {
        await rename(join(folder, name), segmentPath(target, { number, id: randomUUID() }));
      }
    }
    await syncPath(target);
  }
}

function isSameTable(one: TableName, other: TableName): boolean {
  return one.catalog === other.catalog && one.schema === other.schema && one.name === other.name;
}

/** Whether a table lies where it was created; of a copied folder, the original does. */
function isAtFirstPlace({ name, snapshot }: IdentifiedTable): boolean {
  return name.name === snapshot.metaData.name;
}
