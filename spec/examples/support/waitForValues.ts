import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { valuesInCommitOrder } from '../../support/deltaCommits.ts';

const DEADLINE_MS = 30_000;

/**
 * Waits until a table has all values from 0 up to a count in a column, or the deadline has passed.
 *
 * @returns the values of the column, with those that are there twice
 */
export async function waitForValues(tablePath: string, column: string, count: number): Promise<readonly number[]> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const log = watch(join(tablePath, '_delta_log'));
  try {
    for (;;) {
      const changed = once(log, 'change', { signal }).catch(() => undefined);
      const values = await valuesInCommitOrder(tablePath, column);
      if (new Set(values).size >= count || signal.aborted) {
        return values;
      }
      await changed;
    }
  } finally {
    log.close();
  }
}
