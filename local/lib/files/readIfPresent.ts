import { readFile } from 'node:fs/promises';

/** Reads a text file. @returns undefined if there is none */
export async function readIfPresent(path: string, encoding: 'latin1' | 'utf8'): Promise<string | undefined> {
  try {
    return await readFile(path, encoding);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
