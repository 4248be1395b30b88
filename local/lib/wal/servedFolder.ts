import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_NAME = 'folder';

/**
 * Records in a write-ahead log which folder its table is in. The record still matches after the folder is renamed, but
 * does not match copies of it.
 */
export async function noteServedFolder(writeAheadFolder: string, tablePath: string): Promise<void> {
  await writeFile(join(writeAheadFolder, FILE_NAME), await identify(tablePath));
}

/** Whether a folder is the one recorded in a write-ahead log, even if it has another name now. */
export async function isServedFolder(writeAheadFolder: string, tablePath: string): Promise<boolean> {
  const noted = await readFile(join(writeAheadFolder, FILE_NAME), 'latin1').catch(() => undefined);
  return noted !== undefined && noted === (await identify(tablePath));
}

async function identify(path: string): Promise<string> {
  const { dev, ino, birthtimeMs } = await stat(path);
  return `${dev} ${ino} ${birthtimeMs}`;
}
