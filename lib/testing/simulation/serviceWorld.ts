import type { Findings } from './model/findings.ts';
import type { SimulationModel } from './model/simulationModel.ts';
import type { SimulationPlan } from './plan/simulationPlan.ts';
import type { SimulatedClock } from './simulatedClock.ts';
import type { SimulatedTokens } from './simulatedTokens.ts';

/** What the service of a run needs. */
export interface ServiceWorld {
  readonly plan: SimulationPlan;
  readonly clock: SimulatedClock;
  readonly findings: Findings;
  readonly tokens: SimulatedTokens;
  readonly model: () => SimulationModel;
  /** Whether the payloads are not known beforehand. */
  readonly isOpenWorld: boolean;
}
