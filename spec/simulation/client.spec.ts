import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { allFaultKinds } from '../../lib/testing/simulation/plan/faultKinds.ts';
import { runPlan } from '../../lib/testing/simulation/runPlan.ts';
import { runInThreads } from './runInThreads.ts';
import { planOf } from './runSeeds.ts';

const SEEDS = 20_000;
const main = fileURLToPath(new URL('./main.js', import.meta.url));

/** The statuses that a call can end with, apart from OK. */
const statuses = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

describe('The whole client, simulated', () => {
  it('keeps its promises under 20,000 seeds, which meet every fault and every status', async () => {
    const threads = Math.min(2, availableParallelism());
    const { count, failed, counters } = await runInThreads({ from: 0, count: SEEDS }, threads, () => {});
    expect(failed).toEqual([]);
    expect(count).toBe(SEEDS);
    const names = [...counters.keys()];
    const missing = allFaultKinds
      .filter((kind) => !/(record|taker|dead token)$/.test(kind))
      .filter((kind) => !names.some((name) => name.startsWith(`fault ${kind}`)));
    expect(missing).toEqual([]);
    expect(statuses.filter((status) => !counters.has(`status ${status} @ open`))).toEqual([]);
    const met = ['retry', 'rotation', 'replay', 'renewal', 'narrowing', 'outlived', 'drop', 'pause', 'resume'];
    expect(met.filter((name) => !counters.has(name))).toEqual([]);
  }, 240_000);

  it('does the same again with the same seed, to the byte', () => {
    for (let seed = 0; seed < 400; seed++) {
      const [first, second] = [1, 2].map(() => runPlan({ ...planOf(seed), hasTrace: true }).trace.join('\n'));
      expect(first).toBe(second as string);
    }
  });

  it('runs from the command line, as many seeds as are asked for', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--seeds', '60', '--from', '7']);
    expect(stdout).toMatch(/\nseeds=60 from=7 failed=0 rate=\d+\/s perProcessor=\d+\/s\n$/);
    expect(stdout).toContain('| what | times |\n');
  }, 60_000);

  it('runs one seed from the command line, and prints its trace', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', '7']);
    expect(stdout).toContain(runPlan({ ...planOf(7), hasTrace: true }).trace.join('\n'));
    expect(stdout).toMatch(/\nFaults: .+\n\n$/);
  }, 60_000);
});
