import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ForeignAction,
  ForeignAdd,
  ForeignMetaData,
  ForeignProtocol,
  ForeignRemove,
  ForeignTransaction,
} from './foreignAction.ts';
import { type ForeignDatabase, sqlText } from './foreignDatabase.ts';

/** The state of a table at one version, by its Delta log. */
export interface ForeignSnapshot {
  readonly version: number;
  readonly protocol: ForeignProtocol;
  readonly metaData: ForeignMetaData;
  /** Live files by path, in the order of the log. */
  readonly files: ReadonlyMap<string, ForeignAdd>;
  readonly tombstones: ReadonlyMap<string, ForeignRemove>;
  readonly transactions: ReadonlyMap<string, ForeignTransaction>;
}

/** Path of a table's log. */
export function foreignLog(tablePath: string): string {
  return join(tablePath, '_delta_log');
}

/** Path of one commit. */
export function foreignCommitPath(tablePath: string, version: number): string {
  return join(foreignLog(tablePath), `${String(version).padStart(20, '0')}.json`);
}

/**
 * Reads a Delta log: the newest checkpoint and the commits after it. It shares no code with the reader under test.
 *
 * @param upTo the version to read. Defaults to the newest.
 * @throws Error if the log does not lead to that version
 */
export async function readForeignSnapshot(
  tablePath: string,
  database: ForeignDatabase,
  upTo: number = Number.MAX_SAFE_INTEGER,
): Promise<ForeignSnapshot> {
  const names = await readdir(foreignLog(tablePath));
  const newest = Math.max(-1, ...names.filter((name) => /^\d{20}\.json$/.test(name)).map(versionOf));
  const checkpoint = Math.max(
    -1,
    ...names
      .filter((name) => /^\d{20}\.checkpoint\.parquet$/.test(name))
      .map(versionOf)
      .filter((version) => version <= upTo),
  );
  const state = new State();
  if (checkpoint >= 0) {
    const path = foreignCommitPath(tablePath, checkpoint).replace(/json$/, 'checkpoint.parquet');
    const rows = await database.run(`SELECT to_json(line)::VARCHAR FROM read_parquet(${sqlText(path)}) AS line`);
    for (const [text] of rows) {
      state.take(
        JSON.parse(String(text), (_, value: unknown) => (value === null ? undefined : value)) as ForeignAction,
      );
    }
  }
  let version = checkpoint;
  for (; version < upTo; version += 1) {
    const actions = await readForeignCommit(tablePath, version + 1);
    if (actions === undefined) {
      break;
    }
    for (const action of actions) {
      state.take(action);
    }
  }
  if (version < Math.min(newest, upTo)) {
    throw new Error(`the log of ${tablePath} ends at ${version}, although it has a commit ${newest}.`);
  }
  return state.at(version, tablePath);
}

/** The actions of a commit; undefined if there is no such commit. */
export async function readForeignCommit(
  tablePath: string,
  version: number,
): Promise<readonly ForeignAction[] | undefined> {
  try {
    const text = await readFile(foreignCommitPath(tablePath, version), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ForeignAction);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function versionOf(name: string): number {
  return Number(name.slice(0, 20));
}

class State {
  readonly #files = new Map<string, ForeignAdd>();
  readonly #tombstones = new Map<string, ForeignRemove>();
  readonly #transactions = new Map<string, ForeignTransaction>();
  #protocol: ForeignProtocol | undefined;
  #metaData: ForeignMetaData | undefined;

  take(action: ForeignAction): void {
    this.#protocol = action.protocol ?? this.#protocol;
    this.#metaData = action.metaData ?? this.#metaData;
    if (action.txn !== undefined) {
      this.#transactions.set(action.txn.appId, action.txn);
    }
    if (action.remove !== undefined) {
      this.#files.delete(action.remove.path);
      this.#tombstones.set(action.remove.path, action.remove);
    }
    if (action.add !== undefined) {
      this.#tombstones.delete(action.add.path);
      this.#files.delete(action.add.path);
      this.#files.set(action.add.path, action.add);
    }
  }

  at(version: number, tablePath: string): ForeignSnapshot {
    if (this.#protocol === undefined || this.#metaData === undefined) {
      throw new Error(`the log of ${tablePath} has no protocol or no metaData at version ${version}.`);
    }
    return {
      version,
      protocol: this.#protocol,
      metaData: { ...this.#metaData, configuration: this.#metaData.configuration ?? {} },
      files: this.#files,
      tombstones: this.#tombstones,
      transactions: this.#transactions,
    };
  }
}
