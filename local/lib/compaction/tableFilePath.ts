import { join, relative, sep } from 'node:path';

/**
 * The path of a data file that the log names, if it is inside the table's folder and not hidden.
 *
 * @param uri the path in the log: relative to the table's root, URI-encoded
 * @returns undefined if the file belongs elsewhere
 */
export function tableFilePath(tablePath: string, uri: string): string | undefined {
  // An absolute URI has a scheme.
  if (/^([a-z][a-z0-9+.-]*:|\/)/i.test(uri)) {
    return undefined;
  }
  try {
    const path = join(tablePath, decodeURIComponent(uri));
    const parts = relative(tablePath, path).split(sep);
    return parts.some((part) => part === '..' || part === '' || isHidden(part)) ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Whether Delta ignores a file or folder of this name, in a table's folder: it is the log, or something unfinished. */
export function isHidden(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.');
}
