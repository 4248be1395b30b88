import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUpLog } from '../../lib/delta/cleanUpLog.ts';
import { parseLogFileName } from '../../lib/delta/logFileName.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { writeCheckpoint } from '../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { appendNumbers, TABLE_NAME, useTableStore } from '../storage/storeFixture.ts';
import { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import { readForeignSnapshot } from '../support/foreignWriter/foreignSnapshot.ts';

const DAY_MS = 86_400_000;
const COMMITS = 64;

/** The store itself leaves its log alone. */
const table = {
  ...parseCreateTable('CREATE TABLE main.o.t (n BIGINT)'),
  properties: { 'delta.enableExpiredLogCleanup': 'false' },
};

describe('cleanUpLog', () => {
  const fixture = useTableStore();
  let duckDb: DuckDb;
  let database: ForeignDatabase;
  let tablePath: string;

  beforeEach(async () => {
    duckDb = new DuckDb();
    database = await ForeignDatabase.open();
    const store = await fixture().open({ optimizeAfterFiles: 0, tables: [table] });
    tablePath = store.tablePath(TABLE_NAME);
    for (let n = 1; n <= COMMITS; n += 1) {
      await appendNumbers(store, [n]);
      await store.flush();
    }
    await store.close();
  });

  afterEach(() => {
    duckDb.close();
    database.close();
  });

  async function versions(kind: 'commit' | 'checkpoint'): Promise<readonly number[]> {
    const files = (await readdir(join(tablePath, '_delta_log'))).map(parseLogFileName);
    return files.flatMap((file) => (file?.kind === kind ? [file.version] : [])).sort((one, other) => one - other);
  }

  /** Makes the log look as if the files up to a version were written at these times. */
  async function age(ageMs: (version: number) => number): Promise<void> {
    for (const name of await readdir(join(tablePath, '_delta_log'))) {
      const version = parseLogFileName(name)?.version;
      if (version !== undefined) {
        const at = new Date(Date.now() - ageMs(version));
        await utimes(join(tablePath, '_delta_log', name), at, at);
      }
    }
  }

  async function checkpointNow(): Promise<void> {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot !== undefined) {
      await writeCheckpoint(snapshot, duckDb);
    }
  }

  /** Reads every version from this one on with a reader that shares no code. */
  async function expectReadableFrom(first: number): Promise<void> {
    for (let version = first; version <= COMMITS; version += 7) {
      const { files } = await readForeignSnapshot(tablePath, database, version);
      expect(files.size).toBe(version);
    }
    expect((await readDeltaLog(tablePath, duckDb))?.files.size).toBe(COMMITS);
  }

  it('keeps all commits within the retention, and of the checkpoints the newest two', async () => {
    await cleanUpLog(tablePath, DAY_MS);
    expect((await versions('commit')).length).toBe(COMMITS + 1);
    expect((await versions('checkpoint')).length).toBe(2);
    await expectReadableFrom(0);
  });

  it('deletes commits that are too old for the retention, and keeps every younger version readable', async () => {
    // An hour for each commit.
    await age((version) => (COMMITS - version) * 3_600_000);
    await cleanUpLog(tablePath, DAY_MS);
    const firstYoung = COMMITS - 24;
    const kept = await versions('commit');
    expect(kept[0]).toBeLessThanOrEqual(firstYoung);
    expect(kept[0]).toBeGreaterThanOrEqual(firstYoung - 10);
    expect((await versions('checkpoint'))[0]).toBe(kept[0]);
    await expectReadableFrom(firstYoung);
  });

  it('keeps the two newest checkpoints and the commits between them, even if all are old', async () => {
    await age(() => 100 * DAY_MS);
    await checkpointNow();
    await cleanUpLog(tablePath, DAY_MS);
    const checkpoints = await versions('checkpoint');
    expect(checkpoints.length).toBe(2);
    expect((await versions('commit'))[0]).toBe(checkpoints[0]);
    await expectReadableFrom(checkpoints[0] as number);
  });

  it('deletes nothing if there is only one checkpoint, or if the retention is endless', async () => {
    await age(() => 100 * DAY_MS);
    await cleanUpLog(tablePath, Number.POSITIVE_INFINITY);
    expect((await versions('commit')).length).toBe(COMMITS + 1);
    await expectReadableFrom(0);
  });
});
