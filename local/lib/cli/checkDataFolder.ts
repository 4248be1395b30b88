import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { tablesRoot } from '../files/dataPaths.ts';

/**
 * Checks that a folder has been used by zerobus-local, so that a mistyped one is not taken for one without tables.
 *
 * @throws Error that says which folder was looked at
 */
export async function checkDataFolder(data: string): Promise<void> {
  const folder = resolve(data);
  try {
    await access(tablesRoot(folder));
  } catch {
    throw new Error(
      `There are no tables in ${folder}. Start zerobus-local with this folder first, or choose another by --data.`,
    );
  }
}
