import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import { LOG_FOLDER, type LogFile } from './logFileName.ts';
import { type Checkpoint, listCheckpoints, listLog } from './readDeltaLog.ts';

/** How many of the newest checkpoints stay, in case the newest is damaged or a reader has just opened an older one. */
const KEPT_CHECKPOINTS = 2;

/** Commits are deleted in steps of this part of the retention: one checkpoint for each of them stays until then. */
const STEPS = 8;

/**
 * Deletes the files of a log that no version within the retention needs: commits that are too old, and checkpoints that
 * later ones replace.
 *
 * Every version that is younger than the retention can still be read, from an older checkpoint if necessary. The two
 * newest checkpoints stay with all commits from the older one on. Files of other kinds stay as well.
 *
 * @param retentionMs how long commits stay, in ms
 * @returns how many files were deleted
 */
export async function cleanUpLog(tablePath: string, retentionMs: number): Promise<number> {
  const files = await listLog(tablePath);
  const checkpoints = listCheckpoints(files).filter((each) => each.files.length === each.parts);
  const lastKept = checkpoints[KEPT_CHECKPOINTS - 1];
  if (lastKept === undefined) {
    return 0;
  }
  const commits = files.filter(({ kind }) => kind === 'commit').sort((one, other) => one.version - other.version);
  const firstYoung = await firstYoungVersion(tablePath, commits, Date.now() - retentionMs);
  // The versions from this checkpoint on can be read after the clean-up.
  const base = checkpoints.find(({ version }) => version <= Math.min(firstYoung, lastKept.version));
  const outdated = base === undefined ? [] : files.filter(({ version }) => version < base.version);
  const candidates = checkpoints.filter(({ version }) => version < lastKept.version && version > (base?.version ?? 0));
  const replaced = canReadFrom(base?.version, commits)
    ? await replacedCheckpoints(tablePath, base?.files[0] ?? commits[0], candidates.reverse(), retentionMs / STEPS)
    : [];
  // Oldest first, so that the log has no gap if the process ends meanwhile.
  const superfluous = [...outdated, ...replaced].sort((one, other) => one.version - other.version);
  for (const { name } of superfluous) {
    await unlink(join(tablePath, LOG_FOLDER, name)).catch(ignoreMissing);
  }
  return superfluous.length;
}

/** The oldest version whose commit is not older than the time. The commits before it are all older. */
async function firstYoungVersion(tablePath: string, commits: readonly LogFile[], oldestMs: number): Promise<number> {
  for (const { name, version } of commits) {
    if ((await modifiedMs(tablePath, name)) >= oldestMs) {
      return version;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Whether every version can be read with no other checkpoint than the one of this version. */
function canReadFrom(checkpoint: number | undefined, commits: readonly LogFile[]): boolean {
  const after = commits.filter(({ version }) => version > (checkpoint ?? -1));
  return after.every(({ version }, index) => version === (checkpoint ?? -1) + 1 + index);
}

/**
 * Checkpoints that only save readers some commits. One for each step stays, so that the commits before it can be
 * deleted when they are too old.
 *
 * @param candidates oldest first
 */
async function replacedCheckpoints(
  tablePath: string,
  start: LogFile | undefined,
  candidates: readonly Checkpoint[],
  stepMs: number,
): Promise<readonly LogFile[]> {
  const replaced: LogFile[] = [];
  let keptMs = start === undefined ? 0 : await modifiedMs(tablePath, start.name);
  for (const { kind, files } of candidates) {
    const [first] = files;
    const atMs = first === undefined ? 0 : await modifiedMs(tablePath, first.name);
    if (atMs - keptMs >= stepMs) {
      keptMs = atMs;
    } else if (kind === 'checkpoint') {
      replaced.push(...files);
    }
  }
  return replaced;
}

/** When a file of the log was written, in ms. 0 if another writer has deleted it meanwhile. */
async function modifiedMs(tablePath: string, name: string): Promise<number> {
  return (await stat(join(tablePath, LOG_FOLDER, name)).catch(ignoreMissing))?.mtimeMs ?? 0;
}
