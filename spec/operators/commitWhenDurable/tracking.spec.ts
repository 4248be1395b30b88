import { delay, filter, map, mergeMap, of, Subject, throwError, timer } from 'rxjs';
import type { Commit } from '../../../lib/commits/commit.ts';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { marbles } from '../../support/marbles.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { world } from '../../support/toZerobusWorld.ts';
import { byHand, type Message, message, operatorOf } from '../../support/trackedCommits.ts';

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

  it('settles what rejected takes in as soon as it is taken in, and not before', () => {
    for (const [returned, expected] of [
      [undefined, ['a@3+1', 'a@4+0']],
      [timer(6), ['a@2+2', 'a@3+1', 'a@4+0']],
      [timer(6).pipe(mergeMap(() => throwError(() => 'the disk is full'))), ['a@2+2', 'REJECTION_FAILED']],
    ] as const) {
      world(({ hot, optionsFor, server, flush }) => {
        const { rejected: _, ...options } = optionsFor([server('o---0---------1---|')]);
        const { commits, log } = operatorOf();
        hot('-xyz--|', { x: message('a', 1), y: message('a', 2), z: message('a', 3) })
          .pipe(
            commits.track,
            throughZerobus<Message>('main.iot.readings', {
              ...options,
              row: ({ offset }) => ({ offset: offset === 2 ? Number.NaN : offset }),
              rejected: commits.settling(() => returned),
            }),
            commits,
          )
          .subscribe({ error: ({ code }: ZerobusError) => log.push(code) });
        flush();
        expect(log).toEqual(expected);
      });
    }
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
