import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import type { CrashSetting } from './crashAtCall.ts';
import {
  crashAtPoints,
  crashPoint,
  crashPointText,
  failureKindsOf,
  type ScenarioCall,
  scenarioCalls,
} from './crashPoints.ts';
import { SeededRandom } from './seededRandom.ts';

/** Flushes of the scenario, enough for a checkpoint. */
const FLUSHES = 12;
/**
 * How many calls, spread over the scenario, are tried in addition to those of one flush, first as kills and then as
 * failures.
 */
const SAMPLES = 10;
/** Calls that change the disk. A kill at any other call is equivalent to one between two of these. */
const changing = /^(COPY|link|unlink|rename|mkdir|write|append|f?truncate)/;

describe('a table store at each call to the file system', () => {
  let setting: CrashSetting;
  let calls: readonly ScenarioCall[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zerobus torture-'));
    setting = { database: await ForeignDatabase.open(), folder, flushes: FLUSHES };
    ({ calls } = await scenarioCalls(setting));
  });

  afterAll(async () => {
    setting.database.close();
    await rm(setting.folder, { recursive: true });
  });

  /** Crashes at the calls, and expects every acknowledged row once and nothing else. */
  async function expectNoProblems(chosen: readonly ScenarioCall[], isKill: boolean): Promise<void> {
    // The seed of the order of the specs. Each run takes another sample, and a failed run can be repeated.
    const random = new SeededRandom(Number(jasmine.getEnv().configuration().seed));
    const points = chosen.map((call) => {
      const kinds = failureKindsOf(call).filter((kind) => (kind === 'fail' || kind === 'late') !== isKill);
      return crashPoint(call, random.pick(kinds), random);
    });
    const problems: string[] = [];
    await crashAtPoints(setting, points, 2, (point, outcome) => {
      const text = crashPointText(point, calls[point.failure.at - 1]);
      problems.push(...outcome.problems.map((problem) => `${text}: ${problem}`));
    });
    expect(problems).toEqual([]);
  }

  function everyCall(offset: number): readonly ScenarioCall[] {
    const step = Math.floor(calls.length / SAMPLES);
    return calls.filter((_, index) => index % step === offset % step);
  }

  it('keeps every acknowledged row if it is killed at any writing call of a flush with a checkpoint', async () => {
    const ofFlushes = Array.from({ length: FLUSHES }, (_, index) => calls.filter((call) => call.flush === index + 1));
    const [withCheckpoint = []] = ofFlushes.sort((a, b) => copiesIn(b) - copiesIn(a));
    expect(copiesIn(withCheckpoint)).toBeGreaterThan(1);
    await expectNoProblems(
      withCheckpoint.filter((call) => changing.test(call.name)),
      true,
    );
  }, 120_000);

  it('keeps every acknowledged row if it is killed, or the disk refuses, while a table is altered', async () => {
    const altering = calls.filter((call) => call.isAltering && changing.test(call.name));
    expect(altering.map(({ name }) => name)).toEqual(jasmine.arrayContaining(['link', 'rename']));
    await expectNoProblems(altering, true);
    await expectNoProblems(altering, false);
  }, 120_000);

  it('keeps every acknowledged row if it is killed at a call of any other kind', async () => {
    await expectNoProblems(everyCall(Number(jasmine.getEnv().configuration().seed)), true);
  }, 120_000);

  it('keeps every acknowledged row if the disk refuses a call', async () => {
    await expectNoProblems(everyCall(Number(jasmine.getEnv().configuration().seed) + 7), false);
  }, 120_000);
});

function copiesIn(calls: readonly ScenarioCall[]): number {
  return calls.filter((call) => call.name === 'COPY').length;
}
