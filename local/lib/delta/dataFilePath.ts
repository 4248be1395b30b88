import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeltaLogError } from '../errors.ts';

/**
 * The path of a data file on the disk.
 *
 * @param tablePath the table's root folder
 * @param uri its path in the Delta log: relative to the root or absolute, URI-encoded
 * @throws {@link DeltaLogError} if it is not a URI
 */
export function dataFilePath(tablePath: string, uri: string): string {
  try {
    const path = uri.startsWith('file:') ? fileURLToPath(uri) : decodeURIComponent(uri);
    return isAbsolute(path) ? path : join(tablePath, path);
  } catch (cause) {
    throw new DeltaLogError(
      `The Delta log of ${tablePath} names the data file ${uri}, which is not a URI. Restore the log from a copy.`,
      { cause },
    );
  }
}
