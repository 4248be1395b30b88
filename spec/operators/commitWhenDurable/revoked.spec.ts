import { of, Subject } from 'rxjs';
import { byHand, message, operatorOf } from '../../support/trackedCommits.ts';

describe('commitWhenDurable when a partition is revoked', () => {
  it('does not commit what waits or comes late, and commits what comes when it is assigned again', () => {
    const operator = operatorOf({ every: { count: 3 } });
    const { inputs, outputs } = byHand(operator);
    const [waits, late, other] = [message('a', 7), message('a', 8), message('b', 1)];
    for (const each of [waits, late, other]) {
      inputs.next(each);
    }
    outputs.next(waits);
    operator.commits.forget('a');
    // The next owner has gone further back.
    const again = message('a', 3);
    inputs.next(again);
    for (const each of [late, other, again]) {
      outputs.next(each);
    }
    expect(operator.log).toEqual([]);
    const third = message('a', 4);
    inputs.next(third);
    outputs.next(third);
    expect(operator.log).toEqual(['b@2+0 a@5+0']);
  });

  it('ignores a commit that fails if all its partitions were revoked meanwhile, and no other', () => {
    for (const [revoked, codes] of [
      [['a', 'b'], []],
      [['a'], ['COMMIT_FAILED']],
    ] as const) {
      const answer = new Subject<void>();
      const operator = operatorOf({ every: { count: 2 }, commit: () => answer });
      const { inputs, outputs, errors } = byHand(operator);
      const all = [message('a', 1), message('b', 1)];
      for (const each of all) {
        inputs.next(each);
      }
      for (const each of all) {
        outputs.next(each);
      }
      operator.commits.forget(...revoked);
      answer.error(new Error('ILLEGAL_GENERATION.'));
      expect(errors.map(({ code }) => code)).toEqual([...codes]);
    }
  });

  it('does not emit the commit of a partition that was revoked meanwhile', () => {
    const answer = new Subject<void>();
    const { commits } = operatorOf({ every: { count: 2 }, commit: () => answer });
    const emitted: string[] = [];
    of(message('a', 1), message('b', 1))
      .pipe(commits.track, commits)
      .subscribe(({ key }) => emitted.push(key as string));
    commits.forget('a');
    answer.complete();
    expect(emitted).toEqual(['b']);
  });
});
