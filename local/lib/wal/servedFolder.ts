import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_NAME = 'folder';

/**
 * Notes in a write-ahead log which folder its table is in. The note follows the folder when it is renamed, but not to
 * its copies.
 */
export async function noteServedFolder(writeAheadFolder: string, tablePath: string): Promise<void> {
  await writeFile(join(writeAheadFolder, FILE_NAME), await identify(tablePath));
}

/** Whether a folder is the one that was noted in a write-ahead log, also if its name is another one now. */
export async function isServedFolder(writeAheadFolder: string, tablePath: string): Promise<boolean> {
  const noted = await readFile(join(writeAheadFolder, FILE_NAME), 'latin1').catch(() => undefined);
  return noted !== undefined && noted === (await identify(tablePath));
}

async function identify(path: string): Promise<string> {
  const { dev, ino, birthtimeMs } = await stat(path);
  return `${dev} ${ino} ${birthtimeMs}`;
}
