import fc from 'fast-check';
import { anyInput } from './anyInput.ts';
import { checkInput } from './checkInput.ts';
import { readCorpus } from './corpus.ts';
import { fuzzTargets } from './fuzzTargets.ts';

/** The most runs of each target, and the time in ms after which no other run begins. `npm run fuzz` takes longer. */
const limits = { numRuns: 100, interruptAfterTimeLimit: 10_000 };

const targets = await fuzzTargets();

describe('What others have written', () => {
  for (const target of targets) {
    describe(`as a ${target.name}`, () => {
      it('is read in each form', async () => {
        const outcomes = new Set<string>();
        for (const seed of target.seeds) {
          outcomes.add(await checkInput(target, Buffer.from(seed as Uint8Array)));
        }
        expect(outcomes).toContain('read');
      });

      it('is read or refused with a typed error, as it was once a finding', async () => {
        for (const [name, input] of readCorpus(target.name)) {
          await expectAsync(checkInput(target, input)).withContext(name).toBeResolved();
        }
        expect(target.name).not.toBe('');
      });

      it('is read or refused with a typed error, whatever it is', async () => {
        const outcomes = new Map<string, number>();
        await fc.assert(
          fc.asyncProperty(anyInput(target), async (input) => {
            const outcome = await checkInput(target, input);
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          }),
          limits,
        );
        expect([...outcomes.keys()].length)
          .withContext(JSON.stringify([...outcomes]))
          .toBeGreaterThan(0);
      });
    });
  }
});
