import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { DeltaAction } from './deltaAction.ts';
import { DeltaLogError } from './deltaLogError.ts';
import { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath, type LogFile, logFolder, parseLogFileName, versionText } from './logFileName.ts';
import { readCheckpoint } from './readCheckpoint.ts';

/**
 * Reads a table's log: its newest complete checkpoint, and the commits after it.
 *
 * @param duckDb reads the checkpoint
 * @returns undefined where there is no table
 * @throws DeltaLogError where the log has a gap, is damaged, or needs an unknown feature
 */
export async function readDeltaLog(tablePath: string, duckDb: DuckDb): Promise<DeltaSnapshot | undefined> {
  const logFiles = await listLog(tablePath);
  if (logFiles.length === 0) {
    return undefined;
  }
  const snapshot = new DeltaSnapshot(tablePath);
  const checkpoint = newestCompleteCheckpoint(logFiles);
  if (checkpoint !== undefined) {
    const paths = checkpoint.map((part) => join(tablePath, logFolder, part.name));
    for (const action of await readCheckpoint(paths, duckDb)) {
      snapshot.apply(action);
    }
    snapshot.version = (checkpoint[0] as LogFile).version;
    snapshot.checkpointVersion = snapshot.version;
  }
  const newest = logFiles.reduce(
    (version, file) => (file.kind === 'commit' ? Math.max(version, file.version) : version),
    -1,
  );
  await readNewCommits(snapshot);
  if (snapshot.version < newest) {
    throw new DeltaLogError(
      `the Delta log of ${tablePath} has a gap: ${versionText(snapshot.version + 1)}.json is missing, but newer commits exist`,
    );
  }
  return snapshot;
}

/**
 * Takes into the snapshot the commits that were made since it was read.
 *
 * @returns the actions taken in
 */
export async function readNewCommits(snapshot: DeltaSnapshot): Promise<readonly DeltaAction[]> {
  const taken: DeltaAction[] = [];
  for (;;) {
    const path = commitPath(snapshot.tablePath, snapshot.version + 1);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        return undefined;
      }
      throw error;
    });
    if (text === undefined) {
      return taken;
    }
    for (const action of parseCommit(text, path)) {
      snapshot.apply(action);
      taken.push(action);
    }
    snapshot.version += 1;
  }
}

async function listLog(tablePath: string): Promise<readonly LogFile[]> {
  const names = await readdir(join(tablePath, logFolder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return [];
    }
    throw error;
  });
  return names.map(parseLogFileName).filter((file) => file !== undefined);
}

/** The files of the newest checkpoint all of whose parts are there. */
function newestCompleteCheckpoint(logFiles: readonly LogFile[]): readonly LogFile[] | undefined {
  const candidates = new Map<string, LogFile[]>();
  for (const file of logFiles) {
    if (file.kind === 'checkpoint') {
      const key = `${file.version}/${file.parts}`;
      candidates.set(key, [...(candidates.get(key) ?? []), file]);
    }
  }
  let newest: readonly LogFile[] | undefined;
  for (const files of candidates.values()) {
    const [first] = files as [LogFile];
    if (files.length === first.parts && first.version > (newest?.[0]?.version ?? -1)) {
      newest = files;
    }
  }
  return newest;
}

function parseCommit(text: string, path: string): DeltaAction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    try {
      return JSON.parse(line) as DeltaAction;
    } catch (cause) {
      throw new DeltaLogError(`${path} is damaged: a line in it is not JSON`, { cause });
    }
  });
}
