import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableDirectory } from '../files/makeDurableDirectory.ts';
import { syncPath } from '../files/syncPath.ts';

/**
 * Keeps bytes of a write-ahead segment that don't read as rows any more: perhaps a human can.
 *
 * @returns the path of the file
 */
export async function keepDamagedRows(folder: string, segmentNumber: number, damaged: Buffer): Promise<string> {
  await makeDurableDirectory(folder);
  const path = join(folder, `${segmentNumber}-damaged-${randomUUID()}`);
  await writeFile(path, damaged, { flag: 'wx' });
  await syncPath(path);
  await syncPath(folder);
  return path;
}
