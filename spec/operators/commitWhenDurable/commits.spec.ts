import { defer, EMPTY, from, NEVER, type Observable, of, retry, Subject, throwError } from 'rxjs';
import type { Commit, Position } from '../../../lib/commits/commit.ts';
import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { type CommitWhenDurableOptions, commitWhenDurable } from '../../../operators/commitWhenDurable.ts';
import { marbles } from '../../support/marbles.ts';
import { thrownBy } from '../../support/thrownBy.ts';

/** A message: its partition, and its offset there. */
type Message = `${'a' | 'b'}${number}`;

/** a1, a2 … as one letter each: 1 to 5 of partition a, and v to z of partition b. */
const messages: Readonly<Record<string, Message>> = {
  ...Object.fromEntries([...'12345'].map((digit) => [digit, `a${Number(digit)}`])),
  ...Object.fromEntries([...'vwxyz'].map((letter, index) => [letter, `b${index + 1}`])),
};

type Options = Partial<CommitWhenDurableOptions<Message>>;

/** Commits to the next offset, as Kafka wants it. */
const options = (more: Options): CommitWhenDurableOptions<Message> => ({
  key: (message) => message[0],
  position: (message) => Number(message.slice(1)) + 1,
  commit: () => {},
  ...more,
});
const commitOf = (message: Message, count: number): Commit<Message> => ({
  key: message[0],
  position: Number(message.slice(1)) + 1,
  message,
  count,
  inflight: 0,
});
const inWords = (commits: readonly Commit<Message>[]): string =>
  commits.map(({ key, position }) => `${key}@${position}`).join(' ');

describe('commitWhenDurable', () => {
  it('commits the last message of each partition at the count, and emits what it has committed', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const source = hot('-1-v-2--3-|', messages);
      const commit = cold('     --|');
      const subscription = '^---------!';
      const result = '    -------(ab)-(c|)';
      const seen: string[] = [];
      const operator = commitWhenDurable(
        options({
          every: { count: 3 },
          commit: (commits) => {
            seen.push(inWords(commits));
            return commit;
          },
        }),
      );
      expectObservable(source.pipe(operator)).toBe(result, {
        a: commitOf('a2', 2),
        b: commitOf('b1', 1),
        c: commitOf('a3', 1),
      });
      expectSubscriptions(source.subscriptions).toBe(subscription);
      expectSubscriptions(commit.subscriptions).toBe(['-----^-!', '----------^-!']);
      flush();
      expect(seen).toEqual(['a@3 b@2', 'a@4']);
    });
  });

  it('commits at the interval, counted from the first message that waits', () => {
    marbles().run(({ hot, expectObservable }) => {
      const source = hot('--1--2-------3---', messages);
      const subscription = '^-------------------!';
      const result = '    -------a----------b';
      expectObservable(source.pipe(commitWhenDurable(options({ every: { ms: 5 } }))), subscription).toBe(result, {
        a: commitOf('a2', 2),
        b: commitOf('a3', 1),
      });
    });
  });

  it('runs one commit at a time, and what came meanwhile is in the next', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-1-2v3---|', messages);
      const commit = cold('-----|');
      const result = '    ------a----(bc|)';
      expectObservable(source.pipe(commitWhenDurable(options({ every: { count: 1 }, commit: () => commit })))).toBe(
        result,
        { a: commitOf('a1', 1), b: commitOf('a3', 2), c: commitOf('b1', 1) },
      );
      expectSubscriptions(commit.subscriptions).toBe(['-^----!', '------^----!']);
    });
  });

  it('commits at once if nothing is returned, and by a promise or an array as well', async () => {
    for (const commit of [() => undefined, () => EMPTY, () => [1, 2], () => Promise.resolve('done')]) {
      const emitted: Commit<Message>[] = [];
      const operator = commitWhenDurable(options({ commit }));
      await new Promise<void>((resolve, reject) => {
        from(['a1', 'a2'] as const)
          .pipe(operator)
          .subscribe({ next: (each) => emitted.push(each), error: reject, complete: resolve });
      });
      expect(emitted).toEqual([commitOf('a2', 2)]);
    }
  });

  it('commits what came through before it forwards the error of the source', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const broken = new Error('broken');
      const source = hot('-1-v-#', messages, broken);
      const commit = cold('    ---|');
      const result = '    --------(ab#)';
      expectObservable(source.pipe(commitWhenDurable(options({ commit: () => commit })))).toBe(
        result,
        { a: commitOf('a1', 1), b: commitOf('b1', 1) },
        broken,
      );
      expectSubscriptions(source.subscriptions).toBe('^----!');
      expectSubscriptions(commit.subscriptions).toBe('-----^--!');
    });
  });

  it('errors with COMMIT_FAILED if a commit fails, with the error of the broker as the cause', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions, flush }) => {
      const fenced = new Error('ILLEGAL_GENERATION.');
      const source = hot('-1-2-3-', messages);
      const commit = cold('--#', undefined, fenced);
      const operator = commitWhenDurable(options({ every: { count: 2 }, commit: () => commit }));
      const failure = new ZerobusError(
        'COMMIT_FAILED',
        'A partition could not be committed: ILLEGAL_GENERATION. The messages are durable, and come again after a restart. Let the option commit retry what may pass.',
      );
      expectObservable(source.pipe(operator)).toBe('-----#', messages, failure);
      expectSubscriptions(source.subscriptions).toBe('^----!');
      flush();
      const causes: unknown[] = [];
      from(['a1', 'a2'] as const)
        .pipe(operator)
        .subscribe({ error: ({ cause, isRetryable }) => causes.push(cause, isRetryable) });
      flush();
      expect(causes).toEqual([fenced, false]);
    });
  });

  it('ends the sentence of the broker if it has no end', () => {
    const messageFor = (cause: unknown): string => {
      const errors: ZerobusError[] = [];
      from(['a1'] as const)
        .pipe(commitWhenDurable(options({ commit: () => throwError(() => cause) })))
        .subscribe({ error: (error) => errors.push(error) });
      return errors[0]?.message ?? '';
    };
    for (const cause of [new Error('fenced'), new Error('fenced.'), 'fenced']) {
      expect(messageFor(cause)).toContain('committed: fenced. The messages are durable');
    }
    expect(messageFor(new Error('Who are you?'))).toContain('committed: Who are you? The messages are durable');
    expect(messageFor(new Error(''))).toContain('could not be committed: Error. The messages are durable');
  });

  it('leaves retries to commit', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-1----2-|', messages);
      const attempts = [cold('--#'), cold('--|')];
      const result = '    ------a-(b|)';
      let count = 0;
      const commit = (): Observable<unknown> => defer(() => attempts[Math.min(count++, 1)] as Observable<unknown>);
      const operator = commitWhenDurable(
        options({ every: { count: 1 }, commit: () => commit().pipe(retry({ count: 1, delay: 1 })) }),
      );
      expectObservable(source.pipe(operator)).toBe(result, { a: commitOf('a1', 1), b: commitOf('a2', 1) });
      expectSubscriptions(source.subscriptions).toBe('^-------!');
      expectSubscriptions(attempts[0]?.subscriptions ?? []).toBe('-^-!');
      expectSubscriptions(attempts[1]?.subscriptions ?? []).toBe(['----^-!', '------^-!']);
    });
  });

  it('errors with COMMIT_FAILED if commit throws, and keeps the error of the source beside it', () => {
    const broken = new Error('broken');
    const errors: ZerobusError[] = [];
    const operator = commitWhenDurable(
      options({
        commit: () => {
          throw new TypeError('no connection.');
        },
      }),
    );
    from(['a1', 'b1'] as const)
      .pipe(operator)
      .subscribe({ error: (error) => errors.push(error) });
    marbles().run(({ cold, flush }) => {
      cold<Message>('-1-#', messages, broken)
        .pipe(operator)
        .subscribe({ error: (error) => errors.push(error) });
      flush();
    });
    expect(errors.map(({ code, message, sourceError }) => [code, message.slice(0, 53), sourceError])).toEqual([
      ['COMMIT_FAILED', '2 partitions could not be committed: no connection. T', undefined],
      ['COMMIT_FAILED', 'A partition could not be committed: no connection. Th', broken],
    ]);
  });

  it('never goes back, whatever form positions have', () => {
    const forms: readonly ((n: number) => Position)[] = [(n) => n, (n) => BigInt(n), (n) => `${n}`];
    for (const form of forms) {
      const seen: unknown[] = [];
      const operator = commitWhenDurable<number>({
        key: () => 0,
        position: form,
        commit: (commits) => void seen.push(...commits.map(({ position }) => position)),
        every: { count: 1 },
      });
      from([9, 10, 9, 8, 10, 100, 11]).pipe(operator).subscribe();
      expect(seen).toEqual([9, 10, 100].map(form));
    }
  });

  it('takes positions without an order as they come', () => {
    const seen: unknown[] = [];
    const operator = commitWhenDurable<string>({
      key: () => 0,
      position: (text) => text,
      commit: (commits) => void seen.push(...commits.map(({ position }) => position)),
      every: { count: 1 },
    });
    of('binlog.9:7', 'binlog.10:1', 'binlog.10:1').pipe(operator).subscribe();
    expect(seen).toEqual(['binlog.9:7', 'binlog.10:1']);
  });

  for (const [what, source, expected] of [
    ['never', (): Observable<Message> => NEVER, '----'],
    ['empty', (): Observable<Message> => EMPTY, '|'],
    ['throws at once', (): Observable<Message> => throwError(() => new Error('broken')), '#'],
  ] as const) {
    it(`calls commit for nothing with a source that is ${what}`, () => {
      marbles().run(({ expectObservable }) => {
        const operator = commitWhenDurable(options({ commit: () => fail('called') }));
        expectObservable(source().pipe(operator), '^---!').toBe(expected, undefined, new Error('broken'));
      });
    });
  }

  it('cancels the commit and the interval when it is unsubscribed from', () => {
    marbles().run(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-1-2----', messages);
      const commit = cold('---|');
      const operator = commitWhenDurable(options({ every: { count: 2, ms: 4 }, commit: () => commit }));
      expectObservable(source.pipe(operator), '^----!').toBe('------');
      expectSubscriptions(source.subscriptions).toBe('^----!');
      expectSubscriptions(commit.subscriptions).toBe('---^-!');
    });
    marbles().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-1-----', messages);
      const operator = commitWhenDurable(options({ every: { ms: 4 }, commit: () => fail('called') }));
      expectObservable(source.pipe(operator), '^--!').toBe('------');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('keeps a state of its own for each subscription, so that retry starts afresh', () => {
    marbles().run(({ cold, expectObservable }) => {
      const source = cold('-2-|', messages);
      const operator = commitWhenDurable(options({}));
      const result$ = source.pipe(operator);
      expectObservable(result$).toBe('---(a|)', { a: commitOf('a2', 1) });
      expectObservable(result$).toBe('---(a|)', { a: commitOf('a2', 1) });
    });
  });

  it('accepts messages that a subscriber emits from within', () => {
    const source = new Subject<Message>();
    const emitted: unknown[] = [];
    source.pipe(commitWhenDurable(options({ every: { count: 1 } }))).subscribe(({ key, position }) => {
      emitted.push(`${key}@${position}`);
      if (position === 2) {
        source.next(key === 'a' ? 'b1' : 'a2');
      }
    });
    source.next('a1');
    expect(emitted).toEqual(['a@2', 'b@2', 'a@3']);
  });

  it('ends with an error if key or position are of no use, after it has committed what it can', () => {
    const failure = (more: object): unknown => {
      const errors: ZerobusError[] = [];
      from(['a1', 'a2'] as const)
        .pipe(commitWhenDurable(options(more)))
        .subscribe({ error: (error) => errors.push(error) });
      return errors.map(({ code, message }) => `${code} ${message}`);
    };
    expect(failure({ key: () => ['a', 1] })).toEqual([
      'INVALID_OPTIONS key must return a primitive, since objects are never equal: return a text of topic and partition.',
    ]);
    for (const [value, shown] of [
      [undefined, 'undefined'],
      [Number.NaN, 'NaN'],
      [[1], 'an array'],
    ] as const) {
      expect(failure({ position: () => value })).toEqual([
        `INVALID_OPTIONS position must return a number, a bigint or a string, got ${shown}.`,
      ]);
    }
  });

  it('checks its options when it is called', () => {
    const messageOf = (more: object): unknown =>
      (thrownBy(() => commitWhenDurable(options(more))) as ZerobusError).message;
    expect(messageOf({ key: 'partition' })).toBe('key must be a function: pass (message) => message.partition.');
    expect(messageOf({ commit: undefined })).toBe('commit must be a function: pass (commits) => ….');
    expect(messageOf({ comit: undefined })).toBe('commitWhenDurable has no option comit: use commit.');
    expect(messageOf({ every: { count: 0 } })).toBe('every.count must be an integer of at least 1, got 0.');
    expect(messageOf({ every: { ms: 0 } })).toContain('every.ms must be above 0');
    expect(messageOf({ every: { interval: 5 } })).toContain('every has no option interval');
  });
});
