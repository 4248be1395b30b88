import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const logFile = /^(\d{20}\.(json|crc|checkpoint\.parquet)|_last_checkpoint|_staged_commits)$/;

/**
 * Files of a data directory that no reader knows and no later run needs, after all of its rows were flushed: data files
 * that were never in a commit, and unfinished or temporary files.
 *
 * @param knownFiles the data files that are or were in the table at this path
 */
export async function leftoverFiles(
  dataDir: string,
  knownFiles: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<readonly string[]> {
  const leftovers: string[] = [];
  for (const path of await readdir(dataDir, { recursive: true })) {
    const parts = path.split('/');
    const name = parts.at(-1) ?? '';
    const isTemporary = parts.slice(0, -1).some((part) => /^\.?te?mp$/i.test(part));
    if (isTemporary || /\.te?mp\b|^te?mp_|^salvage/.test(name)) {
      leftovers.push(path);
    } else if (parts[0] === 'tables' && parts.length > 4) {
      const known = knownFiles.get(join(dataDir, ...parts.slice(0, 4)));
      const isKnown =
        parts[4] === '_delta_log' ? parts.length === 5 || logFile.test(parts[5] ?? '') : known?.has(name) !== false;
      if (!isKnown) {
        leftovers.push(path);
      }
    }
  }
  return leftovers;
}
