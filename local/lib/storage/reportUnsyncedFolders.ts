import { tablesRoot, writeAheadRoot } from '../files/dataPaths.ts';
import { folderSyncRefusal } from '../files/syncPath.ts';

/**
 * Reports once if the file system of a data directory can't sync folders. Each of the main folders may be on another
 * one.
 */
export async function reportUnsyncedFolders(dataDir: string, report: (message: string) => void): Promise<void> {
  if (process.platform === 'win32') {
    // Windows syncs no folder and does not need it: NTFS journals its entries.
    return;
  }
  for (const folder of [dataDir, writeAheadRoot(dataDir), tablesRoot(dataDir)]) {
    const refusal = await folderSyncRefusal(folder);
    if (refusal !== undefined) {
      report(
        `The file system of ${folder} can't sync folders (${refusal.code}). Acknowledged rows survive the end of any process, ` +
          'but a power cut may take files that were just created. Use a local disk if that matters.',
      );
      return;
    }
  }
}
