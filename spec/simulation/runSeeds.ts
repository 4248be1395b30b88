import { type PlanOptions, runPlan } from '../../lib/testing/simulation/runPlan.ts';
import { surfaceOf } from './surfaces.ts';

/** A seed that breaks a promise. */
export interface FailedSeed {
  readonly seed: number;
  readonly invariant: string;
  readonly text: string;
}

/** What came of a range of seeds. */
export interface SeedsOutcome {
  readonly count: number;
  readonly failed: readonly FailedSeed[];
  /** How often each thing has happened. */
  readonly counters: Map<string, number>;
}

/** The options of the run that a seed is. Which operator it runs depends on the seed. */
export function planOf(seed: number): PlanOptions {
  return { seed, pipeline: surfaceOf(seed) };
}

/** Runs a range of seeds. */
export function runSeeds(
  from: number,
  count: number,
  isEnough: (failed: number) => boolean = () => false,
): SeedsOutcome {
  const failed: FailedSeed[] = [];
  const counters = new Map<string, number>();
  let seed = from;
  for (; seed < from + count && !isEnough(failed.length); seed++) {
    const { finding } = runPlan({ ...planOf(seed), counters });
    if (finding !== undefined) {
      failed.push({ seed, invariant: finding.invariant, text: finding.text });
    }
  }
  return { count: seed - from, failed, counters };
}

/** Adds counters to others. */
export function addCounters(sum: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) {
    sum.set(name, (sum.get(name) ?? 0) + count);
  }
}
