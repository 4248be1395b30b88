import { open } from 'node:fs/promises';

/** Forces the content of a file, or the entries of a directory, onto the disk. */
export async function syncPath(path: string): Promise<void> {
  // Windows refuses to fsync a directory and does not need it: NTFS journals its entries.
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r').catch((error: NodeJS.ErrnoException) => {
    if (process.platform === 'win32' && (error.code === 'EISDIR' || error.code === 'EPERM')) {
      return undefined;
    }
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
