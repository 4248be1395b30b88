import { Worker } from 'node:worker_threads';
import { addCounters, type FailedSeed, type SeedsOutcome } from './runSeeds.ts';
import type { SeedRange } from './simulationThread.ts';

/** The seeds that a thread runs before it reports. */
const SEEDS_IN_RANGE = 500;

/** Runs a range of seeds in several threads. `onProgress` is called with what was done so far. */
export async function runInThreads(
  range: SeedRange,
  jobs: number,
  onProgress: (done: number, failed: readonly FailedSeed[]) => void,
): Promise<SeedsOutcome> {
  const counters = new Map<string, number>();
  const failed: FailedSeed[] = [];
  let done = 0;
  let next = range.from;
  const end = range.from + range.count;
  const runThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL('./simulationThread.js', import.meta.url));
      const post = (): void => {
        if (next >= end) {
          thread.terminate().then(() => resolve(), reject);
          return;
        }
        const count = Math.min(SEEDS_IN_RANGE, end - next);
        thread.postMessage({ from: next, count } satisfies SeedRange);
        next += count;
      };
      thread.on('error', reject);
      thread.on('message', (outcome: SeedsOutcome) => {
        addCounters(counters, outcome.counters);
        failed.push(...outcome.failed);
        done += outcome.count;
        onProgress(done, failed);
        post();
      });
      post();
    });
  await Promise.all(Array.from({ length: jobs }, runThread));
  return { count: done, failed, counters };
}
