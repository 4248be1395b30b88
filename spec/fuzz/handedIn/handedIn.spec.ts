import fc from 'fast-check';
import { handedInTargets } from './handedInTargets.ts';

/** The most runs of each target, and the time in ms after which no other run begins. `npm run fuzz` takes longer. */
const limits = { numRuns: 100, interruptAfterTimeLimit: 10_000 };

describe('What users hand in', () => {
  for (const { name, property } of handedInTargets) {
    it(`as ${name} has the right result or is refused with a typed error, whatever it is`, async () => {
      let runs = 0;
      await fc.assert(
        property(() => runs++),
        limits,
      );
      expect(runs).toBeGreaterThan(0);
    });
  }
});
