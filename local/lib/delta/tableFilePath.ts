import { join, relative, sep } from 'node:path';
import type { DeltaSnapshot } from './deltaSnapshot.ts';

/** The part of a table that tells which of its folders are hidden. */
export type TableFolder = Pick<DeltaSnapshot, 'tablePath' | 'partitionColumns'>;

/**
 * The path of a data file that the log names, if it is inside the table's folder and not hidden.
 *
 * @param uri the path in the log: relative to the table's root, URI-encoded
 * @returns undefined if the file belongs elsewhere
 */
export function tableFilePath(table: TableFolder, uri: string): string | undefined {
  // An absolute URI has a scheme.
  if (/^([a-z][a-z0-9+.-]*:|\/)/i.test(uri)) {
    return undefined;
  }
  const { tablePath } = table;
  try {
    const path = join(tablePath, decodeURIComponent(uri));
    const parts = relative(tablePath, path).split(sep);
    return parts.some((part) => part === '..' || part === '' || isHidden(table, part)) ? undefined : path;
  } catch {
    return undefined;
  }
}

/**
 * Whether Delta ignores a file or folder of this name, in a table's folder: it is the log, or something unfinished. The
 * folder of a partition is not hidden, even if the name of the column begins with `_`.
 */
export function isHidden({ partitionColumns }: TableFolder, name: string): boolean {
  return /^[_.]/.test(name) && !partitionColumns.some((column) => name.startsWith(`${column}=`));
}
