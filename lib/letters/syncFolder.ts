import { open } from 'node:fs/promises';

/** Makes the entries of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows refuses to sync a folder and does not need it: NTFS journals its entries.
  if (process.platform === 'win32') {
    return;
  }
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
