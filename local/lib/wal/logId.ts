import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '../files/syncPath.ts';

const FILE_NAME = 'id';

/**
 * The id of a write-ahead log, a UUID; it moves with the log. Two logs of one table, as after its folder was moved to
 * and fro, count their segments apart.
 *
 * @returns '' if the log has none
 */
export async function readLogId(writeAheadFolder: string): Promise<string> {
  try {
    return (await readFile(join(writeAheadFolder, FILE_NAME), 'latin1')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}

/** The id of a write-ahead log, which gets one if it has none. */
export async function ensureLogId(writeAheadFolder: string): Promise<string> {
  const existing = await readLogId(writeAheadFolder);
  if (existing !== '') {
    return existing;
  }
  const id = randomUUID();
  const path = join(writeAheadFolder, FILE_NAME);
  const temporary = `${path}.tmp`;
  await writeFile(temporary, `${id}\n`);
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(writeAheadFolder);
  return id;
}

/** The Delta `appId` under which the segments of a write-ahead log are recorded in its table. */
export function appIdOf(tableId: string, logId: string): string {
  return `zerobus-local/${tableId}/${logId}`;
}
