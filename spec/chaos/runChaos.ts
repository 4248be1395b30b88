import { addFindings, type Findings, noFindings } from './findings.ts';
import { type CampaignKind, type CampaignPlan, drawCampaigns } from './plan.ts';
import { runCampaign } from './runCampaign.ts';

/** Options of {@link runChaos}. */
export interface ChaosSetting {
  readonly kills: number;
  /** The number of runs of each fault. */
  readonly runs: number;
  readonly only: readonly CampaignKind[];
  readonly seed: number;
  /** How many campaigns run at the same time. */
  readonly jobs: number;
  /** Ends all campaigns early. What was done until then is checked, too. */
  readonly signal: AbortSignal;
  /** Called after each kill or run. */
  readonly onStep?: () => void;
  /** Called after each campaign with the findings of all. */
  readonly onFindings?: (all: ReadonlyMap<CampaignKind, Findings>) => void;
}

/** Draws campaigns and carries them out. Returns the findings of each kind. */
export async function runChaos(setting: ChaosSetting): Promise<ReadonlyMap<CampaignKind, Findings>> {
  const { only, kills, runs, seed, jobs, signal, onStep = () => undefined, onFindings } = setting;
  const left: CampaignPlan[] = only.flatMap((kind) => drawCampaigns(kind, kind === 'kills' ? kills : runs, seed));
  const all = new Map(only.map((kind) => [kind, noFindings()]));
  const work = async (): Promise<void> => {
    for (let plan = left.shift(); plan !== undefined && !signal.aborted; plan = left.shift()) {
      addFindings(all.get(plan.kind) ?? noFindings(), await runCampaign(plan, signal, onStep));
      onFindings?.(all);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return all;
}
