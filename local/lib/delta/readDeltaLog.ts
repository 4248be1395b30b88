import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { firstLine } from '../firstLine.ts';
import type { DeltaAction } from './deltaAction.ts';
import { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath, LOG_FOLDER, type LogFile, parseLogFileName, versionText } from './logFileName.ts';
import { parseAction } from './parseAction.ts';
import { readCheckpoint } from './readCheckpoint.ts';

/**
 * Reads the log of a table: its newest checkpoint that is complete and readable, and the commits after it. Without a
 * checkpoint, it reads all commits from the first on. `_last_checkpoint` is not used, as the list of files in the log
 * folder says more.
 *
 * @param duckDb reads the checkpoint
 * @returns undefined if there is no table
 * @throws {@link DeltaLogError} if the log has a gap, or if it is damaged in a way that its commits don't make up for
 */
export async function readDeltaLog(tablePath: string, duckDb: DuckDb): Promise<DeltaSnapshot | undefined> {
  for (let logFiles = await listLog(tablePath); logFiles.length > 0; ) {
    try {
      return await readListedLog(tablePath, logFiles, duckDb);
    } catch (error) {
      // A writer may have cleaned up the log meanwhile. Then there is a newer checkpoint.
      const newerFiles = await listLog(tablePath);
      if (newestCheckpoint(newerFiles) <= newestCheckpoint(logFiles)) {
        throw error;
      }
      logFiles = newerFiles;
    }
  }
  return undefined;
}

async function readListedLog(tablePath: string, logFiles: readonly LogFile[], duckDb: DuckDb): Promise<DeltaSnapshot> {
  const problems: string[] = [];
  const start = await newestReadableCheckpoint(tablePath, logFiles, duckDb, problems);
  const snapshot = start ?? new DeltaSnapshot(tablePath);
  try {
    await readNewCommits(snapshot);
    checkWhole(snapshot, logFiles);
  } catch (error) {
    if (problems.length === 0 || !(error instanceof DeltaLogError)) {
      throw error;
    }
    throw new DeltaLogError(`${error.message} The commits are needed because ${problems.join(', and ')}.`, {
      cause: error,
    });
  }
  return snapshot;
}

/**
 * The table as of the newest readable checkpoint. Undefined if there is none.
 *
 * @param problems collects why newer ones can't be read
 */
async function newestReadableCheckpoint(
  tablePath: string,
  logFiles: readonly LogFile[],
  duckDb: DuckDb,
  problems: string[],
): Promise<DeltaSnapshot | undefined> {
  for (const checkpoint of listCheckpoints(logFiles)) {
    const paths = checkpoint.files.map((file) => join(tablePath, LOG_FOLDER, file.name));
    const [path] = paths;
    if (checkpoint.kind === 'v2checkpoint') {
      problems.push(`zerobus-local does not support the kind of checkpoint in ${path}`);
    } else if (checkpoint.files.length !== checkpoint.parts) {
      problems.push(`${checkpoint.parts - checkpoint.files.length} of the parts of the checkpoint ${path} are missing`);
    } else {
      try {
        const actions = await readCheckpoint(paths, duckDb);
        const snapshot = new DeltaSnapshot(tablePath);
        for (const action of actions) {
          snapshot.apply(action);
        }
        snapshot.version = checkpoint.version;
        snapshot.checkpointVersion = checkpoint.version;
        return snapshot;
      } catch (error) {
        problems.push(`the checkpoint ${path} can't be read (${firstLine(error)})`);
      }
    }
  }
  return undefined;
}

/** Checks that the snapshot has reached the newest version that is known from the log's files. */
function checkWhole(snapshot: DeltaSnapshot, logFiles: readonly LogFile[]): void {
  // Even a checkpoint that can't be read proves that its version exists.
  const newest = logFiles.reduce((version, file) => Math.max(version, file.version), -1);
  if (snapshot.version < newest) {
    const missing = `${versionText(snapshot.version + 1)}.json`;
    throw new DeltaLogError(
      `The Delta log of ${snapshot.tablePath} has a gap: ${missing} is missing, but there are files of version ${newest}. ` +
        'Restore the file from a copy of the log.',
    );
  }
}

/**
 * Applies to the snapshot the commits that were made since it was read.
 *
 * @returns the applied actions
 */
export async function readNewCommits(snapshot: DeltaSnapshot): Promise<readonly DeltaAction[]> {
  const taken: DeltaAction[] = [];
  for (;;) {
    const path = commitPath(snapshot.tablePath, snapshot.version + 1);
    const text = await readFile(path, 'utf8').catch(ignoreMissing);
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

/** The commits and checkpoints of a table's log. Empty if there is no log. */
export async function listLog(tablePath: string): Promise<readonly LogFile[]> {
  const names = await readdir(join(tablePath, LOG_FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return [];
    }
    throw error;
  });
  return names.map(parseLogFileName).filter((file) => file !== undefined);
}

/** One checkpoint, with those of its files that exist. */
export interface Checkpoint extends Pick<LogFile, 'version' | 'kind' | 'parts'> {
  readonly files: LogFile[];
}

function newestCheckpoint(logFiles: readonly LogFile[]): number {
  return listCheckpoints(logFiles)[0]?.version ?? -1;
}

/** All checkpoints, newest first. */
export function listCheckpoints(logFiles: readonly LogFile[]): readonly Checkpoint[] {
  const checkpoints = new Map<string, Checkpoint>();
  for (const file of logFiles) {
    const { version, kind, parts } = file;
    if (kind !== 'commit') {
      // One version may have checkpoints of several kinds.
      const key = `${version} ${kind} ${parts}`;
      const checkpoint = checkpoints.get(key) ?? { version, kind, parts, files: [] };
      checkpoint.files.push(file);
      checkpoints.set(key, checkpoint);
    }
  }
  return [...checkpoints.values()].sort((one, other) => other.version - one.version);
}

function parseCommit(text: string, path: string): readonly DeltaAction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const actions = lines.map(parseLine);
  const problem = actions.length === 0 ? 'it is empty' : actions.find((action) => typeof action === 'string');
  if (problem !== undefined) {
    throw new DeltaLogError(
      `${path} is damaged: ${problem}. Restore it from a copy of the log. If it is the newest commit, its writer may have ` +
        'ended while writing it: then it can be moved away.',
    );
  }
  return actions.filter((action) => typeof action !== 'string');
}

/** Parses an action, or returns what is wrong with the line. */
function parseLine(line: string): DeltaAction | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'a line in it is not JSON';
  }
  return parseAction(json);
}
