import { readFile } from 'node:fs/promises';
import { ignoreMissing } from '../files/ignoreMissing.ts';
import type { CommitView } from '../live/api/tableView.ts';
import type { DeltaAction } from './deltaAction.ts';
import { commitPath } from './logFileName.ts';
import { listLog } from './readDeltaLog.ts';
import { rowsInFile } from './rowsInFile.ts';

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
): Promise<readonly CommitView[]> {
  const versions = (await listLog(tablePath))
    .filter(({ kind, version }) => kind === 'commit' && (before === undefined || version < before))
    .map(({ version }) => version)
    .sort((one, other) => other - one);
  const commits: CommitView[] = [];
  for (const version of versions.slice(0, limit)) {
    const text = await readFile(commitPath(tablePath, version), 'utf8').catch(ignoreMissing);
    if (text !== undefined) {
      commits.push(summaryOf(version, text.split('\n').map(parsedAction)));
    }
  }
  return commits;
}

function summaryOf(version: number, actions: readonly DeltaAction[]): CommitView {
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
