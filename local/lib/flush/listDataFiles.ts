import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden, type TableFolder } from '../delta/tableFilePath.ts';

/**
 * Paths of all Parquet files in a table's folder and in the folders of its partitions, whether the log names them or
 * not. The log's own files and other hidden ones are left out, and links are not followed.
 */
export function listDataFiles(table: TableFolder): Promise<readonly string[]> {
  return listFolder(table, table.tablePath);
}

async function listFolder(table: TableFolder, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing);
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!isHidden(table, entry.name)) {
      if (entry.isDirectory()) {
        paths.push(...(await listFolder(table, path)));
      } else if (entry.isFile() && entry.name.endsWith('.parquet')) {
        paths.push(path);
      }
    }
  }
  return paths;
}

function ignoreMissing(error: NodeJS.ErrnoException): readonly Dirent[] {
  if (error.code === 'ENOENT') {
    return [];
  }
  throw error;
}
