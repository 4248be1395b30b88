import { join, sep } from 'node:path';
import { tableFolder, writeAheadRoot } from '../files/dataPaths.ts';
import { shellQuoted } from '../files/shellQuoted.ts';
import type { OnUnreadable } from '../files/subfolders.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { countWaitingRows, listWriteAheadLogs, type WaitingRows } from '../wal/listWriteAheadLogs.ts';
import type { StoredTable } from './storedTable.ts';

/**
 * Reports acknowledged rows whose table was deleted or replaced by another table, and write-ahead logs that can't be
 * read.
 *
 * @param brokenTables names of the tables that can't be served, in lower case. Their logs were reported with them.
 */
export async function reportForgottenRows(
  dataDir: string,
  tables: readonly StoredTable[],
  brokenTables: readonly string[],
  report: (message: string) => void,
): Promise<void> {
  const reported = brokenTables.map((fullName) => join(writeAheadRoot(dataDir), ...fullName.split('.')));
  const reportUnreadable = (path: string, error: Error) => {
    const folder = path.toLowerCase();
    if (!reported.some((broken) => isInside(folder, broken.toLowerCase()) || isInside(broken.toLowerCase(), folder))) {
      report(
        `${path} can't be read, and may hold acknowledged rows: ${error.message}. Let this process read it and restart.`,
      );
    }
  };
  const served = new Set(tables.map(({ writeAheadFolder }) => writeAheadFolder));
  for (const { table, folder } of await listWriteAheadLogs(dataDir, reportUnreadable)) {
    const { rows, bytes } = served.has(folder) ? { rows: 0, bytes: 0 } : await countRows(folder, reportUnreadable);
    if (rows > 0) {
      report(
        `${rows} acknowledged rows (${bytes} bytes) of ${fullTableName(table)} wait in ${folder}, but the table is gone, was ` +
          `replaced by another one, or can't be read. Put its folder back at ${tableFolder(dataDir, table)} and restart; or export ` +
          `the rows with "zerobus-local rescue ${shellQuoted(dataDir)}", send them again, and delete ${folder}.`,
      );
    }
  }
}

async function countRows(folder: string, onUnreadable: OnUnreadable): Promise<WaitingRows> {
  try {
    return await countWaitingRows(folder);
  } catch (error) {
    onUnreadable(folder, toError(error));
    return { rows: 0, bytes: 0 };
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
