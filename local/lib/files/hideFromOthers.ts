import { chmod, stat } from 'node:fs/promises';

/** The permissions of a file that only its owner can read. */
export const OWNER_ONLY = 0o600;

/** Takes the permissions of other users from a file: a copy of a data directory may have given them some. */
export async function hideFromOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    await chmod(path, OWNER_ONLY);
  }
}
