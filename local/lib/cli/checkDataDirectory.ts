import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { tablesRoot } from '../files/dataPaths.ts';

/**
 * Checks that zerobus-local has used a data directory, so that a mistyped path is reported.
 *
 * @throws Error if it has no tables; the message names it
 */
export async function checkDataDirectory(data: string): Promise<void> {
  const directory = resolve(data);
  try {
    await access(tablesRoot(directory));
  } catch {
    throw new Error(
      `There are no tables in ${directory}. Start zerobus-local with this data directory first, or choose another one with --data.`,
    );
  }
}
