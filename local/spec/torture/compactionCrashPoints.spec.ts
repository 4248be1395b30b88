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

/** The flushes after which the scenario also runs the commands. */
const compactedFlushes: readonly number[] = [4, 8];
/** How many of the calls during them are tried, first as kills and then as failures. */
const SAMPLES = 4;
/** Calls that change the disk. A kill at any other call is equivalent to one between two of these. */
const changing = /^(COPY|link|unlink|rename|mkdir|write|append|f?truncate|rm)/;

describe('a table store that merges and deletes files, at each call to the file system', () => {
  let setting: CrashSetting;
  let calls: readonly ScenarioCall[];
  let seed: number;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zerobus torture-'));
    setting = { database: await ForeignDatabase.open(), folder, flushes: 8, compacts: true };
    const { calls: all, outcome } = await scenarioCalls(setting);
    expect(outcome.problems).toEqual([]);
    calls = all.filter(({ flush }) => compactedFlushes.includes(flush));
    // The seed of the order of the specs. Each run takes another sample, and a failed run can be repeated.
    seed = Number(jasmine.getEnv().configuration().seed);
  }, 60_000);

  afterAll(async () => {
    setting.database.close();
    await rm(setting.folder, { recursive: true });
  });

  async function expectNoProblems(candidates: readonly ScenarioCall[], isKill: boolean): Promise<void> {
    const random = new SeededRandom(seed);
    const step = Math.floor(candidates.length / SAMPLES);
    const points = candidates
      .filter((_, index) => index % step === seed % step)
      .map((call) => {
        const kinds = failureKindsOf(call).filter((kind) => (kind === 'fail' || kind === 'late') !== isKill);
        return crashPoint(call, random.pick(kinds), random);
      });
    const problems: string[] = [];
    await crashAtPoints(setting, points, 2, (point, outcome) => {
      const call = calls.find(({ number }) => number === point.failure.at);
      problems.push(...outcome.problems.map((problem) => `${crashPointText(point, call)}: ${problem}`));
    });
    expect(problems).toEqual([]);
  }

  it('keeps every acknowledged row once, and leaves no file, if it is killed at a writing call', async () => {
    await expectNoProblems(
      calls.filter(({ name }) => changing.test(name)),
      true,
    );
  }, 120_000);

  it('keeps every acknowledged row once if the disk refuses a call', async () => {
    await expectNoProblems(calls, false);
  }, 120_000);
});
