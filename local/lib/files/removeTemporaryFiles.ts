import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { authFolder, tlsFolder, watermarksRoot, writeAheadRoot } from './dataPaths.ts';
import { subfolders } from './subfolders.ts';

/**
 * Names of files that are replaced by a renamed one, and of those that pass rows from one step of a flush to the next.
 */
const ownName =
  /^(?:server\.json|token\.key|(?:authority|ca)\.pem|id|schema\.json|[0-9a-f-]{36}|.*\.ndjson|part|rejected|rejectedRecords)\.tmp$/;

/**
 * Removes unfinished files that a killed process has left in a data directory, outside of its tables. Files of other
 * programs stay. What can't be removed now is in the way of nothing, and is tried again at the next start.
 *
 * No other process may have the directory open.
 */
export async function removeTemporaryFiles(dataDir: string): Promise<void> {
  await removeFrom(dataDir);
  for (const folder of [authFolder(dataDir), tlsFolder(dataDir), writeAheadRoot(dataDir), watermarksRoot(dataDir)]) {
    await removeBelow(folder);
  }
}

async function removeBelow(folder: string): Promise<void> {
  await removeFrom(folder);
  for (const name of await subfolders(folder, () => undefined)) {
    await removeBelow(join(folder, name));
  }
}

async function removeFrom(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (ownName.test(name)) {
      await unlink(join(folder, name)).catch(() => undefined);
    }
  }
}
