import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { torture } from './torture.ts';

describe('a table store under load that is killed while other writers change its tables', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('has every acknowledged row once, except for rows that the other writers have removed', async () => {
    // The seed of the order of the specs. Each run does something else, and a failed run can be repeated.
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
