import { link, open, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncPath } from './syncPath.ts';
import { temporaryName } from './temporaryName.ts';

/** Errors of file systems that have no hard links, or allow no further one. */
const linkRefusals: ReadonlySet<string | undefined> = new Set([
  ...['EACCES', 'EINVAL', 'EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EXDEV'],
]);
/** Options of {@link putIfAbsent}. */
export interface PutOptions {
  /**
   * Whether the file may be created in place on a file system without hard links, where a crash can leave half of it.
   * If not, the call fails there. Defaults to `true`.
   */
  readonly mayTear?: boolean;
}

/**
 * Writes a file that must not exist yet, in one atomic step. Readers see the whole file or no file, and of several
 * writers exactly one wins. The file is on the disk when the promise resolves.
 *
 * @returns false if the file already exists, in which case it is not touched
 */
export async function putIfAbsent(path: string, content: string, options?: PutOptions): Promise<boolean> {
  const directory = dirname(path);
  const temporary = join(directory, temporaryName(basename(path)));
  try {
    await writeDurably(temporary, content);
    try {
      await link(temporary, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') {
        return false;
      }
      if (!linkRefusals.has(code) || options?.mayTear === false) {
        throw error;
      }
      // FAT and some network file systems have no hard links. The exclusive open still guarantees put-if-absent, but a
      // reader may see the file while it is written.
      if (!(await createExclusively(path, content))) {
        return false;
      }
    }
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncPath(directory);
  return true;
}

async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function createExclusively(path: string, content: string): Promise<boolean> {
  const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') {
      return undefined;
    }
    throw error;
  });
  if (handle === undefined) {
    return false;
  }
  try {
    await handle.writeFile(content).catch(async (error: unknown) => {
      // A part of the content would take the place of the whole for ever, for example on a disk that is full for a
      // while.
      await unlink(path).catch(() => undefined);
      throw error;
    });
    await handle.datasync();
    return true;
  } finally {
    await handle.close();
  }
}
