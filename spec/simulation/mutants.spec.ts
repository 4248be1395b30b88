import { readFileSync } from 'node:fs';
import { mutants } from './mutants.ts';
import { runMutant } from './runMutants.ts';

/** The mutants that a few seeds notice. The others are run by `npm run simulate -- --mutants`. */
const quick = new Map([
  ['an ack releases one batch too many', 'watermark'],
  ['what was sent is not sent again', 'progress'],
  ['a call outlives its subscriber', 'end'],
  ['the backoff does not wait', 'backoff'],
  ['one retry too many', 'retries'],
]);
const MOST_SEEDS = 1000;

describe('The simulation, with a client that is broken on purpose', () => {
  for (const [name, invariant] of quick) {
    it(`notices that ${name}`, async () => {
      const mutant = mutants.find((each) => each.name === name);
      const { failed } = await runMutant(mutant as (typeof mutants)[number], MOST_SEEDS);
      expect(failed?.invariant).toBe(invariant);
    }, 60_000);
  }

  it('has a dozen mutants and more, with names of their own', () => {
    expect(mutants.length).toBeGreaterThan(12);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('has edits that fit the client as it is', () => {
    const unfit = mutants.filter(({ file, from }) => {
      const code = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      return code.split(from).length !== 2;
    });
    expect(unfit.map(({ name }) => name)).toEqual([]);
  });
});
