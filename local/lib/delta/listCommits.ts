import { readFile } from 'node:fs/promises';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import type { DeltaAction } from './deltaAction.ts';
import { commitPath } from './logFileName.ts';
import { listLog } from './readDeltaLog.ts';
import { rowsInFile } from './rowsInFile.ts';

/** What a commit says about itself, and what it has added and removed. */
export interface CommitSummary {
  readonly version: number;
  /** Milliseconds since 1970-01-01. Undefined if the commit does not say. */
  readonly atMs?: number;
  /** The operation, such as `WRITE`; '' if the commit does not say. */
  readonly operation: string;
  /** Rows that are new. A merged file has none. */
  readonly rowsAdded: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
  /** The writer; '' if the commit does not say. */
  readonly engine: string;
}

/**
 * Reads the newest commits of a table that are still in its log, newest first.
 *
 * @param before only versions below this one. Undefined for all
 * @param limit the most commits
 */
export async function listCommits(
  tablePath: string,
  before: number | undefined,
  limit: number,
): Promise<readonly CommitSummary[]> {
  const versions = (await listLog(tablePath))
    .filter(({ kind, version }) => kind === 'commit' && (before === undefined || version < before))
    .map(({ version }) => version)
    .sort((one, other) => other - one);
  const commits: CommitSummary[] = [];
  for (const version of versions.slice(0, limit)) {
    const text = await readFile(commitPath(tablePath, version), 'utf8').catch(ignoreMissing);
    if (text !== undefined) {
      commits.push(summaryOf(version, text.split('\n').map(parsedAction)));
    }
  }
  return commits;
}

function summaryOf(version: number, actions: readonly DeltaAction[]): CommitSummary {
  const adds = actions.flatMap(({ add }) => add ?? []);
  const info = actions.find(({ commitInfo }) => commitInfo)?.commitInfo ?? {};
  const { timestamp, operation, engineInfo } = info;
  return {
    version,
    ...(typeof timestamp === 'number' ? { atMs: timestamp } : {}),
    operation: typeof operation === 'string' ? operation : '',
    rowsAdded: sum(adds.map((add) => (add.dataChange === false ? 0 : (rowsInFile(add) ?? 0)))),
    filesAdded: adds.length,
    filesRemoved: actions.filter(({ remove }) => remove).length,
    bytesAdded: sum(adds.map(({ size }) => (typeof size === 'number' ? size : 0))),
    engine: typeof engineInfo === 'string' ? engineInfo : '',
  };
}

/** A line that is not an action, such as the last one of a torn commit, says nothing. */
function parsedAction(line: string): DeltaAction {
  try {
    const action: unknown = JSON.parse(line);
    return typeof action === 'object' && action !== null ? action : {};
  } catch {
    return {};
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
