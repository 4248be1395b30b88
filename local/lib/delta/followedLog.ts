import { access, stat, unlink } from 'node:fs/promises';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import { schemaChangeProblem } from '../schema/schemaChangeProblem.ts';
import { type Alteration, commitAlteration } from './commitAlteration.ts';
import { type Append, commitAppend } from './commitAppend.ts';
import { commitRewrite, type Rewrite } from './commitRewrite.ts';
import type { AddAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { commitPath } from './logFileName.ts';
import { readDeltaLog, readNewCommits } from './readDeltaLog.ts';

/**
 * The Delta log of a table that this process appends to, followed as it grows.
 *
 * It notices if the log on the disk is no longer the one it has read, for example because the folder was replaced by an
 * older copy. Appending after the old snapshot would then leave a gap in the log.
 */
export class FollowedLog {
  #snapshot: DeltaSnapshot;
  /** Identifies the file of the snapshot's newest commit. Undefined if the log has no such file. */
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

  /** Whether the snapshot is that of the newest commit in the log. */
  async isCurrent(): Promise<boolean> {
    const { tablePath, version } = this.#snapshot;
    return (
      this.#newestCommit !== undefined &&
      this.#newestCommit === (await identifyNewestCommit(this.#snapshot)) &&
      !(await exists(commitPath(tablePath, version + 1)))
    );
  }

  /**
   * Reads the commits that other writers have made, or the whole log if it was replaced.
   *
   * @param duckDb reads the checkpoint if the log was replaced
   * @throws {@link DeltaLogError} if the table is gone, or if its log can't be read
   */
  async refresh(duckDb: DuckDb): Promise<void> {
    if (this.#newestCommit !== undefined && this.#newestCommit === (await identifyNewestCommit(this.#snapshot))) {
      await readNewCommits(this.#snapshot);
    } else {
      const { tablePath } = this.#snapshot;
      const snapshot = await readDeltaLog(tablePath, duckDb);
      if (snapshot === undefined) {
        throw new DeltaLogError(
          `There is no Delta table at ${tablePath} any more. Put the folder back, or restart zerobus-local.`,
        );
      }
      this.#snapshot = snapshot;
    }
    this.#newestCommit = await identifyNewestCommit(this.#snapshot);
  }

  /**
   * Appends in one commit, like {@link commitAppend}.
   *
   * @param duckDb reads the checkpoint if the log was cleaned up meanwhile
   * @throws {@link DeltaLogError} if the commit is in no version of the table because others have committed beyond it
   * and deleted their commits
   */
  append(append: Append, duckDb: DuckDb): Promise<boolean> {
    const { adds, transaction } = append;
    const isPart = (snapshot: DeltaSnapshot) =>
      names(snapshot, adds) || snapshot.transactionVersion(transaction.appId) >= transaction.version;
    return this.#commit(() => commitAppend(this.#snapshot, append), isPart, duckDb);
  }

  /**
   * Replaces data files in one commit, like {@link commitRewrite}.
   *
   * @param duckDb reads the checkpoint if the log was cleaned up meanwhile
   * @throws {@link DeltaLogError} if the commit is in no version of the table, as with {@link append}
   */
  rewrite(rewrite: Rewrite, duckDb: DuckDb): Promise<boolean> {
    const isPart = (snapshot: DeltaSnapshot) => names(snapshot, rewrite.added);
    return this.#commit(() => commitRewrite(this.#snapshot, rewrite), isPart, duckDb);
  }

  /**
   * Alters the columns in one commit, like {@link commitAlteration}.
   *
   * @param duckDb reads the checkpoint if the log was cleaned up meanwhile
   * @throws {@link DeltaLogError} if the commit is in no version of the table, as in {@link append}
   */
  alter(alteration: Alteration, duckDb: DuckDb): Promise<boolean> {
    let altered: readonly DeltaColumn[] = [];
    const commit = async () => {
      const isCommitted = await commitAlteration(this.#snapshot, alteration);
      altered = parseDeltaSchema(this.#snapshot.metaData.schemaString);
      return isCommitted;
    };
    const isPart = ({ metaData }: DeltaSnapshot) =>
      schemaChangeProblem(altered, parseDeltaSchema(metaData.schemaString)) === undefined;
    return this.#commit(commit, isPart, duckDb);
  }

  async #commit(
    commit: () => Promise<boolean>,
    isPart: (snapshot: DeltaSnapshot) => boolean,
    duckDb: DuckDb,
  ): Promise<boolean> {
    const before = commitPath(this.#snapshot.tablePath, this.#snapshot.version);
    const hadBefore = this.#newestCommit !== undefined;
    try {
      const isCommitted = await commit();
      if (isCommitted && hadBefore && !(await exists(before))) {
        await this.#checkCommit(isPart, duckDb);
      }
      return isCommitted;
    } finally {
      this.#newestCommit = await identifyNewestCommit(this.#snapshot);
    }
  }

  /**
   * Checks that the commit just made is part of the table. Other writers may have made that version and later ones, and
   * deleted their files up to a checkpoint. The version was then free again, and readers begin after it.
   */
  async #checkCommit(isPart: (snapshot: DeltaSnapshot) => boolean, duckDb: DuckDb): Promise<void> {
    const { tablePath, version } = this.#snapshot;
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot !== undefined) {
      this.#snapshot = snapshot;
      if (isPart(snapshot)) {
        return;
      }
    }
    await unlink(commitPath(tablePath, version));
    throw new DeltaLogError(
      `The log of ${tablePath} was cleaned up beyond version ${version} while that version was committed. It is tried again.`,
    );
  }
}

/** Whether the log names one of the files. */
function names(snapshot: DeltaSnapshot, adds: readonly AddAction[]): boolean {
  return snapshot.findDataFile((path) => adds.some((add) => add.path === path)) !== undefined;
}

async function identifyNewestCommit(snapshot: DeltaSnapshot): Promise<string | undefined> {
  const stats = await stat(commitPath(snapshot.tablePath, snapshot.version)).catch(ignoreMissing);
  return stats && `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
