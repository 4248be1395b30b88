import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFilePath } from '../../lib/delta/dataFilePath.ts';
import { readDeltaLog } from '../../lib/delta/readDeltaLog.ts';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import { openTableStore } from '../../lib/storage/openTableStore.ts';
import { ChildRun } from './childRun.ts';
import type { Failure } from './failureKind.ts';
import { partitionedTable } from './partitionedTable.ts';
import { SeededRandom } from './seededRandom.ts';

/** Calls that change the disk. */
const changing = /^(COPY|link|unlink|rename|mkdir|write|append|f?truncate)/;

/** How many processes run at the same time. */
const CONCURRENCY = 2;

/** How many calls of other kinds are tried. */
const SAMPLES = 8;

describe('a table with partitions and numbers at each call to the file system', () => {
  let parent = '';
  /** The calls of a run without failures, and whether each belongs to the second flush. */
  const calls: { readonly number: number; readonly name: string; readonly isOfSecondFlush: boolean }[] = [];

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'zerobus torture-'));
    const run = new ChildRun('partitionedScenario.js', join(parent, 'count'), [], { kind: 'count', at: 0 });
    await run.ended();
    let flush = 0;
    for (const line of run.lines) {
      const [word, number, name = ''] = line.split(' ');
      flush += word === 'flush' ? 1 : 0;
      if (word === 'call') {
        calls.push({ number: Number(number), name, isOfSecondFlush: flush === 2 });
      }
    }
  });

  afterAll(() => rm(parent, { recursive: true }));

  /** Fails at a call, starts the store again, and returns what is wrong with the table then. */
  async function problemsAfter(failure: Failure): Promise<readonly string[]> {
    const folder = await mkdtemp(join(parent, 'crash '));
    const dataDir = join(folder, 'data');
    const run = new ChildRun('partitionedScenario.js', dataDir, [], failure);
    await run.ended();
    const problems: string[] = [];
    const onError = (error: Error) => problems.push(error.message);
    const store = await openTableStore({ dataDir, tables: [partitionedTable], onError });
    await store.close();
    const tablePath = join(dataDir, 'tables/main/torture/parts');
    const { rows } = await readTable(tablePath, 'SELECT n, id, part FROM this ORDER BY n');
    const numbers = rows.map(([n]) => Number(n));
    const lost = run.rowNumbers('acked', 'parts').filter((n) => !numbers.includes(n));
    problems.push(...lost.map((n) => `row ${n} is lost`));
    if (new Set(numbers).size < numbers.length || new Set(rows.map(([, id]) => id)).size < rows.length) {
      problems.push(`a row or a number is there twice: ${JSON.stringify(rows)}`);
    }
    problems.push(
      ...rows.filter(([n, , part]) => part !== `a/b ${Number(n) % 3}`).map(([n]) => `row ${n} is misplaced`),
    );
    const duckDb = new DuckDb();
    const snapshot = await readDeltaLog(tablePath, duckDb);
    duckDb.close();
    const named = [...(snapshot?.files.keys() ?? [])].map((path) => dataFilePath(tablePath, path));
    for (const name of await readdir(tablePath, { recursive: true })) {
      if (name.endsWith('.parquet') && !name.startsWith('_delta_log') && !named.includes(join(tablePath, name))) {
        problems.push(`${name} is left over`);
      }
    }
    await rm(folder, { recursive: true });
    return problems;
  }

  async function expectNoProblems(failures: readonly Failure[]): Promise<void> {
    const waiting = [...failures];
    const found: string[] = [];
    const work = async () => {
      for (let failure = waiting.shift(); failure !== undefined; failure = waiting.shift()) {
        const { kind, at } = failure;
        const problems = await problemsAfter(failure);
        found.push(...problems.map((problem) => `${kind} call ${at} (${calls[at - 1]?.name}): ${problem}`));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    expect(found).toEqual([]);
  }

  it('has each row and each number once if it is killed at any writing call of a flush', async () => {
    const random = new SeededRandom(Number(jasmine.getEnv().configuration().seed));
    const ofFlush = calls.filter(({ name, isOfSecondFlush }) => isOfSecondFlush && changing.test(name));
    expect(ofFlush.filter(({ name }) => name === 'COPY').length).toBeGreaterThan(2);
    await expectNoProblems(
      ofFlush.map(({ number, name }) => {
        const kinds = /^(write|append|COPY)/.test(name)
          ? (['before', 'after', 'torn'] as const)
          : (['before', 'after'] as const);
        return { kind: random.pick(kinds), at: number };
      }),
    );
  }, 120_000);

  it('has each row and each number once if the disk refuses a call', async () => {
    const random = new SeededRandom(Number(jasmine.getEnv().configuration().seed) + 1);
    const failures = Array.from({ length: SAMPLES }, () => ({
      kind: random.pick(['fail', 'late'] as const),
      at: random.pick(calls).number,
      code: random.pick(['ENOSPC', 'EIO']),
      times: random.pick([1, 3, 12]),
    }));
    await expectNoProblems(failures);
  }, 120_000);
});
