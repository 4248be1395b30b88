import type { Finding } from './model/findings.ts';
import { drawPlan, type Reduction } from './plan/simulationPlan.ts';
import { type PlanOptions, type PlanOutcome, runPlan } from './runPlan.ts';

/** A failure with as few records and faults as possible. */
export interface ShrunkFailure {
  readonly reduction: Reduction;
  readonly finding: Finding;
  readonly trace: readonly string[];
}

/** Leaves out of a failing run what the failure does not need: options, records, and faults. */
export function shrink(options: PlanOptions, failed: PlanOutcome): ShrunkFailure {
  let reduction: Reduction = {
    records: options.records,
    without: options.without ?? [],
    hasDefaults: options.hasDefaults,
  };
  let outcome = failed;
  const tries = (change: Reduction): boolean => {
    const candidate = { ...reduction, ...change };
    const result = runPlan({ ...options, ...candidate, hasTrace: false, counters: new Map() });
    if (result.finding?.invariant !== failed.finding?.invariant) {
      return false;
    }
    reduction = candidate;
    outcome = result;
    return true;
  };
  const leaveOut = (name: string): boolean => tries({ without: [...(reduction.without ?? []), name] });
  const fewerRecords = (): void => {
    const { emitted } = outcome;
    for (let records = 0; records <= emitted.length; records++) {
      if (tries({ records })) {
        return;
      }
    }
  };

  tries({ hasDefaults: true });
  partsOf(options).forEach(leaveOut);
  fewerRecords();
  for (const kind of new Set(outcome.struck.map((place) => place.split('@')[0] ?? ''))) {
    leaveOut(kind);
  }
  for (const place of outcome.struck) {
    leaveOut(place);
  }
  fewerRecords();
  const { finding, trace } = runPlan({ ...options, ...reduction, hasTrace: true, counters: new Map() });
  return { reduction, finding: finding as Finding, trace };
}

/** What a run can leave out, apart from its faults. */
function partsOf({ seed, ...reduction }: PlanOptions): string[] {
  const { reentry, unsubscribeAtMs, abortAtMs, ending } = drawPlan(seed, reduction);
  const parts = { reentry, unsubscribe: unsubscribeAtMs, abort: abortAtMs };
  const names = Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [name]));
  return ending === 'complete' ? names : [...names, 'ending'];
}
