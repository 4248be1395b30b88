import type { Findings } from './findings.ts';
import { type CampaignKind, type CampaignPlan, drawCampaigns } from './plan.ts';
import { faultKinds } from './proxy/connectionFault.ts';
import { runCampaign } from './runCampaign.ts';

/** How often the server is killed. `spec/e2e/sigkill.spec.ts` does so twenty times with one client. */
const KILLS = 3;
/** The most records of a client behind a proxy. */
const ROWS = 200;

/** Runs a short form of `npm run chaos`. Whatever it finds fails the spec. */
async function nothingLost(plan: CampaignPlan, signal?: AbortSignal, onStep?: () => void): Promise<Findings> {
  const findings = await runCampaign(plan, signal ?? new AbortController().signal, onStep ?? (() => undefined));
  const { problems, lost, surplus, disordered } = findings;
  expect({ problems, lost, surplus, disordered }).toEqual({ problems: [], lost: 0, surplus: 0, disordered: 0 });
  return findings;
}

describe('All clients at once', () => {
  // The seed of the order of the specs. Each run does something else, and a failed run can be repeated.
  const seed = Number(jasmine.getEnv().configuration().seed);
  const firstOf = (kind: CampaignKind, count: number): CampaignPlan =>
    drawCampaigns(kind, count, seed)[0] as CampaignPlan;

  it('lose no acknowledged row and keep their order when their server is killed, until they are interrupted', async () => {
    const interruption = new AbortController();
    let kills = 0;
    const findings = await nothingLost(firstOf('kills', 50), interruption.signal, () => {
      kills += 1;
      if (kills === KILLS) {
        interruption.abort();
      }
    });
    expect(findings.faults).toBe(KILLS);
  }, 60_000);

  it('lose no acknowledged row and keep their order behind a proxy with each fault', async () => {
    const runs = faultKinds.flatMap((kind) => firstOf(kind, 1).runs).map((run) => ({ ...run, rows: run.rows % ROWS }));
    const findings = await nothingLost({ ...firstOf('cut', 1), runs });
    expect(findings.runs).toBe(faultKinds.length);
  }, 60_000);
});
