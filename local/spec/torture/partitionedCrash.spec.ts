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
const changing = /^(COPY|link|unlink|rename|mkdir|write|append|f?truncate|rm)/;

/** How many processes run at the same time. */
const CONCURRENCY = 2;

/** How many calls of other kinds are tried. */
const SAMPLES = 8;

/** How many calls of a compaction are tried. */
const COMPACTION_SAMPLES = 16;

/** A call to the file system, and what it belongs to. */
interface Call {
  readonly number: number;
  readonly name: string;
  readonly step: string;
}

describe('a table with partitions and numbers at each call to the file system', () => {
  let parent = '';
  /** The calls of a run without failures. */
  const calls: Call[] = [];

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'zerobus torture-'));
    const run = new ChildRun('partitionedScenario.js', join(parent, 'count'), ['compact'], { kind: 'count', at: 0 });
    await run.ended();
    expect(run.lines).toContain('optimized 3 ');
    expect(run.lines).toContain('vacuumed 9 ');
    let step = '';
    let flush = 0;
    for (const line of run.lines) {
      const [word = '', number, name = ''] = line.split(' ');
      flush += word === 'flush' ? 1 : 0;
      step = word === 'flush' ? `flush ${flush}` : ['flushed', 'optimize', 'end'].includes(word) ? word : step;
      if (word === 'call') {
        calls.push({ number: Number(number), name, step });
      }
    }
  });

  afterAll(() => rm(parent, { recursive: true }));

  function kill({ number, name }: Call): Failure {
    const random = new SeededRandom(Number(jasmine.getEnv().configuration().seed) + number);
    const kinds = /^(write|append|COPY)/.test(name)
      ? (['before', 'after', 'torn'] as const)
      : (['before', 'after'] as const);
    return { kind: random.pick(kinds), at: number };
  }

  /** Fails at a call, starts the store again, and returns what is wrong with the table then. */
  async function problemsAfter(failure: Failure): Promise<readonly string[]> {
    const folder = await mkdtemp(join(parent, 'crash '));
    const dataDir = join(folder, 'data');
    const run = new ChildRun('partitionedScenario.js', dataDir, ['compact'], failure);
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
    const named = [...(snapshot?.files.keys() ?? []), ...(snapshot?.removedFiles.keys() ?? [])].map((path) =>
      dataFilePath(tablePath, path),
    );
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

  function changingCalls(step: string): readonly Call[] {
    return calls.filter((call) => call.step === step && changing.test(call.name));
  }

  it('has each row and each number once if it is killed at any writing call of a flush', async () => {
    const ofFlush = changingCalls('flush 2');
    expect(ofFlush.filter(({ name }) => name === 'COPY').length).toBeGreaterThan(2);
    await expectNoProblems(ofFlush.map(kill));
  }, 120_000);

  it('has each row and each number once if it is killed while the files of partitions are merged', async () => {
    const ofCompaction = changingCalls('optimize');
    expect(ofCompaction.filter(({ name }) => name === 'COPY').length).toBeGreaterThan(2);
    const step = Math.max(1, Math.floor(ofCompaction.length / COMPACTION_SAMPLES));
    const seed = Number(jasmine.getEnv().configuration().seed);
    await expectNoProblems(ofCompaction.filter((_, index) => index % step === seed % step).map(kill));
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
