import type { Finding } from './model/findings.ts';
import { drawPlan, type Reduction } from './plan/simulationPlan.ts';
import type { RunReport, SimulatedPipeline } from './simulatedPipeline.ts';
import { SimulationRun } from './simulationRun.ts';

/** Options of {@link runPlan}. */
export interface PlanOptions extends Reduction {
  readonly seed: number;
  readonly pipeline: SimulatedPipeline;
  /** Whether a trace is kept. Defaults to `false`. */
  readonly hasTrace?: boolean | undefined;
  /** Takes in how often each thing has happened. Defaults to a new map. */
  readonly counters?: Map<string, number> | undefined;
}

/** What came of a run. */
export interface PlanOutcome extends RunReport {
  /** The promise that was broken, if one was. */
  readonly finding: Finding | undefined;
  /** The faults that have struck, with their places. */
  readonly struck: readonly string[];
  readonly counters: Map<string, number>;
}

/** Runs what a seed says, and checks it at every step. */
export function runPlan({
  seed,
  pipeline,
  hasTrace = false,
  counters = new Map(),
  ...reduction
}: PlanOptions): PlanOutcome {
  const plan = drawPlan(seed, reduction);
  const run = new SimulationRun(plan, pipeline, counters, hasTrace);
  run.run();
  return { ...run.report, finding: run.findings.first, struck: plan.faults.struck, counters };
}
