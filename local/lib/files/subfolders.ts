import { readdir } from 'node:fs/promises';

/** Called with a folder that can't be listed. */
export type OnUnreadable = (path: string, error: Error) => void;

/** Folders of file systems, file servers and file managers, and names that no catalog, schema or table can have. */
const strayName = /^[@#$]|^lost\+found$|[.\s\p{Cc}\ufffd]/u;

/**
 * The names of the folders in a folder that can be catalogs, schemas or tables, sorted. Others, such as `lost+found`,
 * `@eaDir` or `.Trash-1000`, are passed over. Empty if there is no such folder.
 *
 * @param onUnreadable called if the folder can't be listed. It is then empty, so that the others are still found.
 */
export async function subfolders(path: string, onUnreadable: OnUnreadable): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
      onUnreadable(path, error);
    }
    return [];
  });
  return entries
    .filter((entry) => entry.isDirectory() && !strayName.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}
