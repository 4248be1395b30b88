import { open, stat } from 'node:fs/promises';

/** Errors of file systems that can't sync a folder, such as those of Windows, SMB and some in user space. */
const folderRefusals: ReadonlySet<string | undefined> = new Set([
  ...['EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'],
]);

/**
 * Forces the content of a file, or the entries of a directory, onto the disk. A file system that can't sync any
 * directory is trusted with its entries; an error of the disk is not passed over.
 */
export async function syncPath(path: string): Promise<void> {
  try {
    await sync(path);
  } catch (error) {
    if (!(await isFolderRefusal(path, error))) {
      throw error;
    }
  }
}

/** The error with which the file system refuses to sync a directory. Undefined if it syncs it, or if the disk fails. */
export async function folderSyncRefusal(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await sync(path);
    return undefined;
  } catch (error) {
    return (await isFolderRefusal(path, error)) ? (error as NodeJS.ErrnoException) : undefined;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isFolderRefusal(path: string, error: unknown): Promise<boolean> {
  return folderRefusals.has((error as NodeJS.ErrnoException).code) && (await stat(path)).isDirectory();
}
