import { open } from 'node:fs/promises';

/** Forces a file's content, or a directory's entries, onto the disk. */
export async function syncPath(path: string): Promise<void> {
  // Windows refuses to fsync a directory and needs none: NTFS journals its entries.
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
