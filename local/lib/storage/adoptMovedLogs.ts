import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { rejectedFolder, type TableName, watermarksFile, writeAheadFolder } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { listWriteAheadLogs, segmentFiles, type WriteAheadLog } from '../wal/listWriteAheadLogs.ts';
import { appIdOf, readLogId } from '../wal/logId.ts';
import { isServedFolder } from '../wal/servedFolder.ts';
import type { IdentifiedTable } from './identifiedTable.ts';

/**
 * Gives a table whose folder was moved or renamed the write-ahead log that is still at the old place.
 *
 * A log moves only if that is certain to be right. No table with its id may be left at the old place. And of the tables
 * elsewhere with its id, one must be in the very folder that was at the old place, or must be the only one that has
 * taken in that many of the log's segments.
 *
 * @param report called with a message for each log that was moved
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
        `The folder of ${fullTableName(log.table)} is now the folder of ${fullTableName(table.name)}: the acknowledged rows ` +
          'that wait for it go into the table there.',
      );
    }
  }
}

/** Finds the table that a log belongs to among those with its id. */
async function findMoved(log: WriteAheadLog, tables: readonly IdentifiedTable[]): Promise<IdentifiedTable | undefined> {
  for (const table of tables) {
    if (await isServedFolder(log.folder, table.snapshot.tablePath)) {
      return table;
    }
  }
  return furthest(tables, appIdOf(log.tableId, await readLogId(log.folder)));
}

/**
 * The table that has taken in more of the log than all others. Undefined if there is no such table, or if it can't be
 * determined.
 */
function furthest(tables: readonly IdentifiedTable[], appId: string): IdentifiedTable | undefined {
  const progress = tables.map(({ snapshot }) => snapshot.transactionVersion(appId));
  if (tables.length > 1 && progress.includes(-1)) {
    // Another writer may have dropped that table's `txn`.
    return undefined;
  }
  const most = Math.max(...progress);
  const [table, ...others] = tables.filter((_, index) => progress[index] === most);
  return others.length === 0 ? table : undefined;
}

/** Moves a log in one step, unless its new place already holds rows. */
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
  // A log is complete without its watermarks.
  await rename(watermarksFile(dataDir, log.table, id), watermarks).catch(() => undefined);
  return true;
}

function isSameTable(one: TableName, other: TableName): boolean {
  return one.catalog === other.catalog && one.schema === other.schema && one.name === other.name;
}
