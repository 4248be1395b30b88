import fc from 'fast-check';
import { handedInTargets } from './handedInTargets.ts';

/** Runs of each target. `npm run fuzz` has no limit but time. */
const RUNS = 300;

describe('What users hand in', () => {
  for (const { name, property } of handedInTargets) {
    it(`as ${name} has the right result or is refused with a typed error, whatever it is`, async () => {
      let runs = 0;
      await fc.assert(
        property(() => runs++),
        { numRuns: RUNS },
      );
      expect(runs).toBe(RUNS);
    });
  }
});
