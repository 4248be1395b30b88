import { Subject, throwError } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { isSettled } from '../../support/promises.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { byHand, type Message, message, operatorOf } from '../../support/trackedCommits.ts';

describe('commitWhenDurable when it is drained', () => {
  it('commits at once what came through, and what was in flight as it comes through', async () => {
    const operator = operatorOf({ every: { count: 1000, ms: 1_000_000 } });
    const { inputs, outputs, subscription } = byHand(operator);
    const all = [message('a', 1), message('a', 2), message('b', 1)] as const;
    for (const each of all) {
      inputs.next(each);
    }
    outputs.next(all[0]);
    const drained = operator.commits.drain(1_000_000);
    expect(operator.log).toEqual(['a@2+1']);
    outputs.next(all[1]);
    expect(await isSettled(drained)).toBeFalse();
    const later = message('b', 2);
    inputs.next(later);
    outputs.next(all[2]);
    expect(await drained).toBeTrue();
    expect(operator.log).toEqual(['a@2+1', 'a@3+0', 'b@2+1']);
    // It is over: what comes later waits for the interval again.
    outputs.next(later);
    expect(operator.log).toHaveSize(3);
    subscription.unsubscribe();
  });

  it('waits for the commit that runs', async () => {
    const answer = new Subject<void>();
    const { commits } = operatorOf({ commit: () => answer });
    const source = new Subject<Message>();
    source.pipe(commits).subscribe();
    source.next(message('a', 1));
    const drained = commits.drain(1_000_000);
    expect(await isSettled(drained)).toBeFalse();
    answer.complete();
    expect(await drained).toBeTrue();
  });

  it('is over when the rest is forgotten', async () => {
    const operator = operatorOf();
    const { inputs } = byHand(operator);
    inputs.next(message('a', 1));
    const drained = operator.commits.drain(1_000_000);
    operator.commits.forget('a');
    expect(await drained).toBeTrue();
  });

  it('gives up at the deadline, and the stream goes on', async () => {
    const operator = operatorOf();
    const { inputs, outputs } = byHand(operator);
    const slow = message('a', 1);
    inputs.next(slow);
    expect(await operator.commits.drain(1)).toBeFalse();
    outputs.next(slow);
    expect(operator.log).toEqual(['a@2+0']);
  });

  it('has failed if the stream fails or is unsubscribed from before', async () => {
    const failing = operatorOf({ commit: () => throwError(() => new Error('gone')) });
    const { inputs, outputs, errors } = byHand(failing);
    const first = message('a', 1);
    inputs.next(first);
    const drained = failing.commits.drain(1_000_000);
    outputs.next(first);
    expect(await drained).toBeFalse();
    expect(errors).toHaveSize(1);

    const unsubscribed = operatorOf();
    const { inputs: more, subscription } = byHand(unsubscribed);
    more.next(first);
    const cancelled = unsubscribed.commits.drain(1_000_000);
    subscription.unsubscribe();
    expect(await cancelled).toBeFalse();
  });

  it('has nothing to do if nothing is in flight or subscribed to', async () => {
    const { commits } = operatorOf();
    expect(await commits.drain(0)).toBeTrue();
    expect((thrownBy(() => commits.drain(-1)) as ZerobusError).code).toBe('INVALID_OPTIONS');
  });

  it('has no deadline that a timer can not wait', async () => {
    const operator = operatorOf();
    const { inputs, subscription } = byHand(operator);
    inputs.next(message('a', 1));
    const drained = operator.commits.drain(Number.POSITIVE_INFINITY);
    expect(await isSettled(drained)).toBeFalse();
    subscription.unsubscribe();
    expect(await drained).toBeFalse();
  });
});
