import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CompactionResult, compactTable } from '../compaction/compactTable.ts';
import { planFullCompaction } from '../compaction/planCompaction.ts';
import { removeExpired } from '../compaction/removeExpired.ts';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { FollowedLog } from '../delta/followedLog.ts';
import { writeCheckpoint } from '../delta/writeCheckpoint.ts';
import { DuckDb, SLOW_OPTIMIZER } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { compactionFolder, compactionSpillFolder } from '../files/dataPaths.ts';
import { lockCompactions } from './lockCompactions.ts';
import { type ReadableTable, type TableResult, tableResults } from './tableResults.ts';

/** How long to wait for a compaction of the server, in ms, and how often to look. */
const MOST_WAIT_MS = 60_000;
const WAIT_STEP_MS = 100;

const MOST_ROUNDS = 3;
/** How many files a group must have in a later round. */
const LEAST_FILES_AGAIN = 8;

/**
 * Merges the small files of tables into as few as possible, then writes a checkpoint and removes what has expired. A
 * server may be running: to it, this is another writer.
 *
 * @param names the tables, by full names or by short ones that are unique. Empty for all.
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no such table, or more than one, or if a server does not stop to compact
 */
export async function* optimizeTables(
  dataDir: string,
  names: readonly string[],
): AsyncGenerator<TableResult<CompactionResult>> {
  const folder = resolve(dataDir);
  const unlock = await waitForLock(folder);
  const duckDb = new DuckDb({ spillFolder: compactionSpillFolder(folder), disabledOptimizers: SLOW_OPTIMIZER });
  const logDuckDb = new DuckDb();
  try {
    yield* tableResults(folder, names, logDuckDb, { removedFiles: 0, addedFiles: 0 }, (table) =>
      optimizeTable(folder, table, duckDb, logDuckDb),
    );
  } finally {
    duckDb.close();
    logDuckDb.close();
    await rm(compactionSpillFolder(folder), { recursive: true, force: true }).finally(unlock);
  }
}

async function optimizeTable(
  dataDir: string,
  { name, definition, snapshot }: ReadableTable,
  duckDb: DuckDb,
  logDuckDb: DuckDb,
): Promise<CompactionResult> {
  snapshot.checkWritable();
  const log = await FollowedLog.from(snapshot);
  const result = await compactTable(
    duckDb,
    {
      log,
      definition,
      recordFolder: compactionFolder(dataDir, name),
      exclusively: (task) => task(logDuckDb),
    },
    { plan: fullPlans(), isAutomatic: false, isStopped: () => false },
  );
  if (result.addedFiles > 0) {
    await writeCheckpoint(log.snapshot, logDuckDb);
  }
  await removeExpired(dataDir, log.snapshot);
  return result;
}

/**
 * Plans a few rounds: the files that the first one has written can be merged again if there are many. Files that a
 * server adds meanwhile are no reason to go on.
 */
function fullPlans(): (snapshot: DeltaSnapshot) => ReturnType<typeof planFullCompaction> {
  let round = 0;
  return (snapshot) => {
    round += 1;
    const groups = round > MOST_ROUNDS ? [] : planFullCompaction(snapshot);
    return round === 1 ? groups : groups.filter((group) => group.length >= LEAST_FILES_AGAIN);
  };
}

async function waitForLock(dataDir: string): Promise<() => void> {
  for (let waitedMs = 0; waitedMs <= MOST_WAIT_MS; waitedMs += WAIT_STEP_MS) {
    const unlock = await lockCompactions(dataDir);
    if (unlock !== undefined) {
      return unlock;
    }
    await delay(WAIT_STEP_MS);
  }
  throw new TableStoreError(
    `Another process is merging files in ${dataDir}. Wait until it is done, and run the command again.`,
  );
}
