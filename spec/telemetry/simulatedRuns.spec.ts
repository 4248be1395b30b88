import { runPlan } from '../../lib/testing/simulation/runPlan.ts';
import { planOf } from '../simulation/runSeeds.ts';
import { TelemetryModel } from '../support/telemetryModel.ts';

const SEEDS = 120;
/** Seeds at which the channels have lied, and which are too rare to be met by the others. */
const rareSeeds = [473, 928, 4457];

describe('The diagnostics channels, in simulated runs', () => {
  it('say what is true, in messages of the documented form', () => {
    const lies: string[] = [];
    for (const seed of [...Array(SEEDS).keys(), ...rareSeeds]) {
      using model = new TelemetryModel();
      const { stored } = runPlan(planOf(seed));
      model.checkEnd(stored.length);
      lies.push(...model.lies.map((lie) => `seed ${seed}: ${lie}`));
    }
    expect(lies).toEqual([]);
  });
});
