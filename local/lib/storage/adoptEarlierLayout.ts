import { randomUUID } from 'node:crypto';
import { readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAheadFolder, writeAheadRoot } from '../files/dataPaths.ts';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { subfolders } from '../files/subfolders.ts';
import { syncPath } from '../files/syncPath.ts';
import { segmentPath } from '../wal/segment.ts';
import type { IdentifiedTable } from './identifiedTable.ts';

/**
 * Moves the logs of version 0.1.0, `wal/<table id>`, to their present place. In that version, only the table's `txn`
 * told which segments were committed.
 *
 * @param report called with a message for each log whose table is unknown
 */
export async function adoptEarlierLayout(
  dataDir: string,
  tables: readonly IdentifiedTable[],
  report: (message: string) => void,
): Promise<void> {
  const root = writeAheadRoot(dataDir);
  for (const folderName of await subfolders(root, () => undefined)) {
    const folder = join(root, folderName);
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{12}\.ndjson$/.test(name));
    if (names.length === 0) {
      continue;
    }
    const namesakes = tables.filter(({ id }) => id === folderName);
    const table = namesakes.length > 1 ? namesakes.find(isAtFirstPlace) : namesakes[0];
    if (table === undefined) {
      report(
        `${folder} holds acknowledged rows, but the table that they belong to is unknown. Put the table's folder back and ` +
          'restart, or send the rows in its files again, or delete it if the rows are not needed.',
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

/** Whether a table is in the folder that it was created in. If a folder was copied, this is true of the original. */
function isAtFirstPlace({ name, snapshot }: IdentifiedTable): boolean {
  return name.name === snapshot.metaData.name;
}
