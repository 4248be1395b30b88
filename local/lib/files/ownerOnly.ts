import { chmod, stat } from 'node:fs/promises';

/** The permissions of a file with a secret. */
export const OWNER_ONLY = 0o600;

/**
 * Takes the permissions of other users from a file with a secret, which a copy of a data directory may give them.
 *
 * @param onRefused called if the file system refuses, which may have no permissions at all
 */
export async function hideFromOthers(path: string, onRefused: (error: Error) => void): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    await chmod(path, OWNER_ONLY).catch(onRefused);
  }
}
