import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { valuesInCommitOrder } from '../../support/deltaCommits.ts';

const DEADLINE_MS = 60_000;

/**
 * Waits until a table has all values from 0 up to a count in a column, or the deadline has passed.
 *
 * @returns the values of the column, with those that are there twice
 */
export async function waitForValues(tablePath: string, column: string, count: number): Promise<readonly number[]> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const commits = watch(join(tablePath, '_delta_log'), { signal });
  let values = await valuesInCommitOrder(tablePath, column);
  try {
    while (new Set(values).size < count) {
      await commits[Symbol.asyncIterator]().next();
      values = await valuesInCommitOrder(tablePath, column);
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
  return values;
}
