import { stat } from 'node:fs/promises';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { type Append, commitAppend } from './commitAppend.ts';
import { DeltaLogError } from './deltaLogError.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath } from './logFileName.ts';
import { readDeltaLog, readNewCommits } from './readDeltaLog.ts';

/**
 * The Delta log of a table that this process appends to, followed as it grows.
 *
 * It notices if the log on the disk is no longer the one that it has read, for example since the folder was replaced by an older
 * copy: appending after the old snapshot would then leave a gap in the log.
 */
export class FollowedLog {
  #snapshot: DeltaSnapshot;
  /** Identifies the file of the snapshot's newest commit; undefined if the log has no such file. */
  #newestCommit: string | undefined;

  private constructor(snapshot: DeltaSnapshot, newestCommit: string | undefined) {
    this.#snapshot = snapshot;
    this.#newestCommit = newestCommit;
  }

  /** Follows the log from this snapshot on. */
  static async from(snapshot: DeltaSnapshot): Promise<FollowedLog> {
    return new FollowedLog(snapshot, await identifyNewestCommit(snapshot));
  }

  /** The table as of the newest commit that was read or made. */
  get snapshot(): DeltaSnapshot {
    return this.#snapshot;
  }

  /**
   * Reads the commits that other writers have made; the whole log, if it was replaced.
   *
   * @param duckDb reads the checkpoint of a log that was replaced
   * @throws DeltaLogError if there is no table any more, or if its log can't be read
   */
  async refresh(duckDb: DuckDb): Promise<void> {
    if (this.#newestCommit !== undefined && this.#newestCommit === (await identifyNewestCommit(this.#snapshot))) {
      await readNewCommits(this.#snapshot);
    } else {
      const { tablePath } = this.#snapshot;
      const snapshot = await readDeltaLog(tablePath, duckDb);
      if (snapshot === undefined) {
        throw new DeltaLogError(
          `there is no Delta table at ${tablePath} any more. Put the folder back, or restart zerobus-local.`,
        );
      }
      this.#snapshot = snapshot;
    }
    this.#newestCommit = await identifyNewestCommit(this.#snapshot);
  }

  /** Appends in one commit, as {@link commitAppend} does. */
  async append(append: Append): Promise<boolean> {
    try {
      return await commitAppend(this.#snapshot, append);
    } finally {
      this.#newestCommit = await identifyNewestCommit(this.#snapshot);
    }
  }
}

async function identifyNewestCommit(snapshot: DeltaSnapshot): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(commitPath(snapshot.tablePath, snapshot.version));
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
