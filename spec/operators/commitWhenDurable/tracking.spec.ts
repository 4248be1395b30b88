import { delay, filter, map, merge, mergeMap, of, Subject, type Subscription, throwError, timer } from 'rxjs';
import type { Commit } from '../../../lib/commits/commit.ts';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import {
  type CommitOperator,
  type CommitWhenDurableOptions,
  commitWhenDurable,
} from '../../../operators/commitWhenDurable.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { marbles } from '../../support/marbles.ts';
import { isSettled } from '../../support/promises.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { world } from '../../support/toZerobusWorld.ts';

interface Message {
  readonly key: string;
  readonly offset: number;
  /** How long the message takes to be durable. */
  readonly tookMs: number;
}

const message = (key: string, offset: number, tookMs = 0): Message => ({ key, offset, tookMs });

/** A log of commits, and the operator that writes it. */
function operatorOf(more: Partial<CommitWhenDurableOptions<Message>> = {}): {
  readonly commits: CommitOperator<Message>;
  readonly log: string[];
} {
  const log: string[] = [];
  const commits = commitWhenDurable<Message>({
    key: ({ key }) => key,
    position: ({ offset }) => offset + 1,
    commit: (all) => void log.push(inWords(all)),
    every: { count: 1 },
    ...more,
  });
  return { commits, log };
}

const inWords = (all: readonly Commit<Message>[]): string =>
  all.map(({ key, position, inflight }) => `${key}@${position}+${inflight}`).join(' ');

/** A pipe whose messages come through when the spec settles them. */
function byHand({ commits }: Pick<ReturnType<typeof operatorOf>, 'commits'>): {
  readonly inputs: Subject<Message>;
  readonly outputs: Subject<Message>;
  readonly errors: ZerobusError[];
  readonly subscription: Subscription;
} {
  const [inputs, outputs, errors]: [Subject<Message>, Subject<Message>, ZerobusError[]] = [
    new Subject(),
    new Subject(),
    [],
  ];
  const subscription = inputs
    .pipe(commits.track, (tracked) => merge(tracked.pipe(filter(() => false)), outputs), commits)
    .subscribe({ error: (error) => errors.push(error) });
  return { inputs, outputs, errors, subscription };
}

describe('commitWhenDurable with track', () => {
  it('commits the last message up to which all are done, in whatever order they come through', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const [a, b, c, x] = [message('a', 1, 5), message('a', 2, 1), message('a', 3, 9), message('b', 1, 1)];
      const source = cold(' abcx|', { a, b, c, x });
      const result = '      -----(yz)--(w|)';
      const { commits, log } = operatorOf({ every: { count: 2 } });
      const each = source.pipe(
        commits.track,
        mergeMap((value) => timer(value.tookMs).pipe(map(() => value))),
        commits,
      );
      const commitOf = (last: Message, count: number, inflight: number): Commit<Message> => ({
        key: last.key,
        position: last.offset + 1,
        message: last,
        count,
        inflight,
      });
      expectObservable(each).toBe(result, { y: commitOf(x, 1, 0), z: commitOf(b, 2, 1), w: commitOf(c, 1, 0) });
      expectSubscriptions(source.subscriptions).toBe('^---!');
      flush();
      expect(log).toEqual(['b@2+0 a@3+1', 'a@4+0']);
    });
  });

  it('does not commit past a message that never comes through', () => {
    const { commits, log } = operatorOf();
    of(message('a', 1), message('a', 2), message('b', 1), message('a', 3))
      .pipe(
        commits.track,
        filter(({ key, offset }) => key !== 'a' || offset !== 2),
        commits,
      )
      .subscribe();
    expect(log).toEqual(['a@2+0', 'b@2+0']);
  });

  it('passes a message that is settled, such as one that was rejected', () => {
    world(({ hot, optionsFor, server, flush }) => {
      const { rejected: _, ...options } = optionsFor([server('o---0---------1---|')]);
      const { commits, log } = operatorOf();
      const good = message('a', 1);
      const bad = message('a', 2);
      const last = message('a', 3);
      hot('-xyz--|', { x: good, y: bad, z: last })
        .pipe(
          commits.track,
          throughZerobus<Message>('main.iot.readings', {
            ...options,
            row: ({ offset }) => ({ offset: offset === 2 ? Number.NaN : offset }),
            rejected: ({ value }) => {
              commits.settle(value);
              return of('a dead letter').pipe(delay(1, options.scheduler));
            },
          }),
          commits,
        )
        .subscribe();
      flush();
      expect(log).toEqual(['a@3+1', 'a@4+0']);
    });
  });

  it('tells a value that passes twice apart, and one that never passed', () => {
    const operator = operatorOf();
    const { inputs, outputs, errors } = byHand(operator);
    const twice = message('a', 1);
    inputs.next(twice);
    inputs.next(twice);
    outputs.next(twice);
    expect(operator.log).toEqual([]);
    outputs.next(twice);
    expect(operator.log).toEqual(['a@2+0']);
    outputs.next(message('a', 2));
    expect(errors.map(({ code }) => code)).toEqual(['INVALID_STATE']);
    expect(errors[0]?.message).toContain('has not passed track');
    expect(outputs.observed).toBeFalse();
  });

  it('is refused without an operator behind it, and settle and forget without track', () => {
    const { commits } = operatorOf();
    const errors: ZerobusError[] = [];
    of(message('a', 1))
      .pipe(commits.track)
      .subscribe({ error: (error) => errors.push(error) });
    expect(errors.map(({ message: text }) => text)).toEqual([
      'track has no operator behind it: put the one that commitWhenDurable returned at the end of the same pipe.',
    ]);
    const source = new Subject<Message>();
    source.pipe(commits).subscribe();
    for (const act of [() => commits.settle(message('a', 1)), () => commits.forget('a')]) {
      expect((thrownBy(act) as ZerobusError).message).toContain('put track in front of throughZerobus');
    }
  });

  it('forwards what an operator in front of track throws', () => {
    const { commits } = operatorOf();
    const errors: unknown[] = [];
    throwError(() => 'broken')
      .pipe(commits.track, commits)
      .subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual(['broken']);
  });
});

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
