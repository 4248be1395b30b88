import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden, type TableFolder } from '../delta/tableFilePath.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';

/**
 * Paths of all Parquet files in a table's folder and in the folders of its partitions, whether the log names them or
 * not. The log's own files and other hidden ones are left out, and so are folders that this process may not read, such
 * as `lost+found`. Links are not followed.
 */
export function listDataFiles(table: TableFolder): Promise<readonly string[]> {
  return listFolder(table, table.tablePath);
}

async function listFolder(table: TableFolder, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ignoreMissing);
  const paths: string[] = [];
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name);
    if (!isHidden(table, entry.name)) {
      if (entry.isDirectory()) {
        paths.push(...(await listFolder(table, path).catch(ignoreForeign)));
      } else if (entry.isFile() && entry.name.endsWith('.parquet')) {
        paths.push(path);
      }
    }
  }
  return paths;
}

/** This process can't have written into a folder that it may not read. */
function ignoreForeign(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return [];
  }
  throw error;
}
