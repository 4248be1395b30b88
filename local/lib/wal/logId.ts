import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { replaceFile } from '../files/replaceFile.ts';

const FILE_NAME = 'id';

/**
 * Reads the id of a write-ahead log, a UUID that moves with the log. If a table has two logs, for example after its
 * folder was moved back and forth, each log counts its own segments.
 *
 * @returns '' if the log has no id
 */
export async function readLogId(writeAheadFolder: string): Promise<string> {
  return (await readFile(join(writeAheadFolder, FILE_NAME), 'latin1').catch(ignoreMissing))?.trim() ?? '';
}

/** Reads the id of a write-ahead log, and creates it if it is missing. */
export async function ensureLogId(writeAheadFolder: string): Promise<string> {
  const existing = await readLogId(writeAheadFolder);
  if (existing !== '') {
    return existing;
  }
  const id = randomUUID();
  await replaceFile(join(writeAheadFolder, FILE_NAME), `${id}\n`);
  return id;
}

/** The Delta `appId` under which the segments of a write-ahead log are recorded in its table. */
export function appIdOf(tableId: string, logId: string): string {
  return `zerobus-local/${tableId}/${logId}`;
}
