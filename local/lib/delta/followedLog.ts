import { access, stat, unlink } from 'node:fs/promises';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { type Append, commitAppend } from './commitAppend.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath } from './logFileName.ts';
import { readDeltaLog, readNewCommits } from './readDeltaLog.ts';

/**
 * The Delta log of a table that this process appends to, followed as it grows.
 *
 * It notices if the log on the disk is no longer the one that it has read, for example since the folder was replaced by
 * an older copy: appending after the old snapshot would then leave a gap in the log.
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

  /**
   * Appends in one commit, as {@link commitAppend} does.
   *
   * @param duckDb reads the checkpoint of a log that was cleaned up meanwhile
   * @throws DeltaLogError if the commit is in no version of the table, since others have gone on and deleted theirs
   */
  async append(append: Append, duckDb: DuckDb): Promise<boolean> {
    const before = commitPath(this.#snapshot.tablePath, this.#snapshot.version);
    const hadBefore = this.#newestCommit !== undefined;
    try {
      const isCommitted = await commitAppend(this.#snapshot, append);
      if (isCommitted && hadBefore && !(await exists(before))) {
        await this.#checkCommit(append, duckDb);
      }
      return isCommitted;
    } finally {
      this.#newestCommit = await identifyNewestCommit(this.#snapshot);
    }
  }

  /**
   * Checks that the commit just made is part of the table. Other writers may have made that version and later ones, and
   * deleted their files up to a checkpoint: then the version was free again, and readers begin behind it.
   */
  async #checkCommit({ adds, transaction }: Append, duckDb: DuckDb): Promise<void> {
    const { tablePath, version } = this.#snapshot;
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot !== undefined) {
      this.#snapshot = snapshot;
      const isNamed = snapshot.findDataFile((path) => adds.some((add) => add.path === path)) !== undefined;
      if (isNamed || snapshot.transactionVersion(transaction.appId) >= transaction.version) {
        return;
      }
    }
    await unlink(commitPath(tablePath, version));
    throw new DeltaLogError(
      `the log of ${tablePath} was cleaned up beyond version ${version} while that was committed. It is tried again.`,
    );
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
