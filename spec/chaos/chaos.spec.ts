import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Findings } from './findings.ts';
import { type CampaignPlan, drawCampaigns } from './plan.ts';
import { faultKinds } from './proxy/connectionFault.ts';
import { runCampaign } from './runCampaign.ts';

/** Runs a short form of `npm run chaos`. Whatever it finds fails the spec. */
async function expectNothingLost(plan: CampaignPlan): Promise<Findings> {
  const findings = await runCampaign(plan, new AbortController().signal, () => undefined);
  expect(findings.problems).toEqual([]);
  expect({ lost: findings.lost, surplus: findings.surplus, disordered: findings.disordered }).toEqual({
    lost: 0,
    surplus: 0,
    disordered: 0,
  });
  expect(findings.acknowledged).toBeGreaterThan(0);
  return findings;
}

describe('All clients at once', () => {
  // The seed of the order of the specs. Each run does something else, and a failed run can be repeated.
  const seed = Number(jasmine.getEnv().configuration().seed);

  it('lose no acknowledged row and keep their order when their server is killed', async () => {
    const plans = drawCampaigns('kills', 3, seed);
    const { faults } = await expectNothingLost(plans[0] as CampaignPlan);
    expect(faults).toBe(3);
  }, 60_000);

  it('lose no acknowledged row and keep their order behind a proxy with each fault', async () => {
    const plans = faultKinds.flatMap((kind) => drawCampaigns(kind, 1, seed));
    const { runs } = await expectNothingLost({
      ...(plans[0] as CampaignPlan),
      runs: plans.flatMap((plan) => plan.runs),
    });
    expect(runs).toBe(faultKinds.length);
  }, 60_000);

  it('are checked when they are interrupted, and leave nothing in the temporary folder', async () => {
    const plans = drawCampaigns('kills', 50, seed);
    const interruption = new AbortController();
    const findings = await runCampaign(plans[0] as CampaignPlan, interruption.signal, () => interruption.abort());
    expect({ faults: findings.faults, problems: findings.problems }).toEqual({ faults: 1, problems: [] });
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith(`rxjs-zerobus-chaos-${process.pid}-`));
    expect(left).toEqual([]);
  }, 60_000);
});
