import { parentPort } from 'node:worker_threads';
import { runSeeds, type SeedsOutcome } from './runSeeds.ts';

/** A range of seeds for a thread. */
export interface SeedRange {
  readonly from: number;
  readonly count: number;
}

/** Runs each range that it gets, and answers with what came of it. */
parentPort?.on('message', ({ from, count }: SeedRange) => {
  const outcome: SeedsOutcome = runSeeds(from, count);
  parentPort?.postMessage(outcome);
});
