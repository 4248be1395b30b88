import { tableFolder } from '../files/dataPaths.ts';
import { shellQuoted } from '../files/shellQuoted.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { countWaitingRows, listWriteAheadLogs } from '../wal/listWriteAheadLogs.ts';
import type { StoredTable } from './storedTable.ts';

/** Reports acknowledged rows whose table was deleted or replaced by another table. */
export async function reportForgottenRows(
  dataDir: string,
  tables: readonly StoredTable[],
  report: (message: string) => void,
): Promise<void> {
  const served = new Set(tables.map(({ writeAheadFolder }) => writeAheadFolder));
  for (const { table, folder } of await listWriteAheadLogs(dataDir)) {
    const { rows, bytes } = served.has(folder) ? { rows: 0, bytes: 0 } : await countWaitingRows(folder);
    if (rows > 0) {
      report(
        `${rows} acknowledged rows (${bytes} bytes) of ${fullTableName(table)} wait in ${folder}, but the table is gone, was ` +
          `replaced by another one, or can't be read. Put its folder back at ${tableFolder(dataDir, table)} and restart; or export ` +
          `the rows with "zerobus-local rescue ${shellQuoted(dataDir)}", send them again, and delete ${folder}.`,
      );
    }
  }
}
