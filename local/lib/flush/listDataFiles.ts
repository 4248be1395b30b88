import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';

/**
 * Paths of the files in the table's root folder and, if the table is partitioned, in the folders of its partitions.
 * They may belong to the table or not.
 */
export async function listDataFiles({ tablePath, partitionColumns }: DeltaSnapshot): Promise<readonly string[]> {
  const paths: string[] = [];
  let folders: readonly string[] = [tablePath];
  for (let depth = 0; folders.length > 0; depth += 1) {
    const subfolders: string[] = [];
    for (const folder of folders) {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (!entry.isDirectory()) {
          paths.push(path);
        } else if (depth < partitionColumns.length && entry.name.includes('=')) {
          subfolders.push(path);
        }
      }
    }
    folders = subfolders;
  }
  return paths;
}
