import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { torture } from './torture.ts';

describe('a table store under load that is killed while others write to its tables', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('has every acknowledged row once, but for those that the others have taken away', async () => {
    // The seed of the order of the specs: something else in each run, and the same again for one that has failed.
    const seed = Number(jasmine.getEnv().configuration().seed);
    const outcome = await torture({ folder: temporaryDirectory(), kills: 6, seed });
    expect(outcome.kills).toBeGreaterThan(0);
    expect(outcome.acknowledged).toBeGreaterThan(0);
    expect({ problems: outcome.problems, lost: outcome.lost, doubled: outcome.doubled }).toEqual({
      problems: [],
      lost: 0,
      doubled: 0,
    });
  }, 120_000);
});
