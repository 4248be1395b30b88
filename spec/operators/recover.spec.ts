import { defer, NEVER, type Observable, of, Subject, take } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { recover } from '../../operators/recover.ts';
import { marbles } from '../support/marbles.ts';

const cut = new ZerobusError('UNAVAILABLE', 'cut');
const denied = new ZerobusError('PERMISSION_DENIED', 'no');
const half = { random: () => 0.5, recoveryBackoffMs: 20 };

/** Subscribes to the next of these sources at each subscription. */
function inTurn<T>(...sources: Observable<T>[]): Observable<T> {
  let count = 0;
  return defer(() => sources[Math.min(count++, sources.length - 1)] ?? NEVER);
}

describe('recover', () => {
  it('mirrors a source that never emits, is empty, or completes', () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(cold('-').pipe(recover(half))).toBe('-');
      expectObservable(cold('|').pipe(recover(half))).toBe('|');
      expectObservable(cold('--a-b-|').pipe(recover(half))).toBe('--a-b-|');
    });
  });

  it('resubscribes after a wait, even the first time', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold('--a-#', undefined, cut);
      const second = cold('-b|');
      expectObservable(inTurn(first, second).pipe(recover(half))).toBe('--a- 10ms -b|');
      expectSubscriptions(first.subscriptions).toBe('^---!');
      expectSubscriptions(second.subscriptions).toBe('---- 10ms ^-!');
    });
  });

  it('doubles its waits up to recoveryBackoffMaxMs and forwards the last error after recoveryRetries failures', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('#', undefined, cut);
      expectObservable(source.pipe(recover({ ...half, recoveryRetries: 3, recoveryBackoffMaxMs: 30 }))).toBe(
        '40ms #',
        undefined,
        cut,
      );
      expectSubscriptions(source.subscriptions).toBe(['(^!)', '10ms (^!)', '25ms (^!)', '40ms (^!)']);
    });
  });

  it('waits a random share of its bound: full jitter', () => {
    marbles().run(({ cold, expectSubscriptions, expectObservable }) => {
      const shares = [0, 0.999, 0.25];
      const source = cold('#', undefined, cut);
      expectObservable(
        source.pipe(recover({ random: () => shares.shift() ?? 0, recoveryBackoffMs: 100, recoveryRetries: 3 })),
      ).toBe('299ms #', undefined, cut);
      expectSubscriptions(source.subscriptions).toBe(['(^!)', '(^!)', '199ms (^!)', '299ms (^!)']);
    });
  });

  it('waits at least as long as the server asks for', () => {
    marbles().run(({ cold, expectObservable }) => {
      const busy = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 429', { retryAfterMs: 50 });
      const source = inTurn(cold<string>('#', undefined, busy), cold('#', undefined, cut), cold('b|'));
      expectObservable(source.pipe(recover(half))).toBe('70ms b|');
      const soon = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 429', { retryAfterMs: 5 });
      expectObservable(inTurn(cold<string>('#', undefined, soon), cold('b|')).pipe(recover(half))).toBe('10ms b|');
    });
  });

  it('forwards at once an error that a retry cannot fix', () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(cold('-#', undefined, denied).pipe(recover(half))).toBe('-#', undefined, denied);
      expectObservable(cold('-#', undefined, 'text').pipe(recover(half))).toBe('-#', undefined, 'text');
      expectObservable(cold('-#', undefined, cut).pipe(recover({ ...half, recovery: false }))).toBe(
        '-#',
        undefined,
        cut,
      );
    });
  });

  it('resets its count at progress, which is every value by default', () => {
    marbles().run(({ cold, expectObservable }) => {
      const source = inTurn(cold<string>('#', undefined, cut), cold('a#', undefined, cut), cold('b|'));
      expectObservable(source.pipe(recover({ ...half, recoveryRetries: 1 }))).toBe('10ms a 10ms b|');
    });
  });

  it('does not reset its count at a value that is not progress', () => {
    marbles().run(({ cold, expectObservable }) => {
      const source = cold('a#', undefined, cut);
      const options = { ...half, recoveryRetries: 1, isProgress: (value: string) => value !== 'a' };
      expectObservable(source.pipe(recover(options))).toBe('a 10ms a#', undefined, cut);
    });
  });

  it('cancels a wait when unsubscribed from, and does not break the chain', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-#', undefined, cut);
      expectObservable(source.pipe(take(9), recover(half), take(9)), '^----!').toBe('------');
      expectSubscriptions(source.subscriptions).toBe('^!');
    });
  });

  it('stops listening to a synchronous source when unsubscribed from', () => {
    const seen: number[] = [];
    of(1, 2, 3, 4)
      .pipe(recover(), take(2))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([1, 2]);
  });

  it('counts for each subscription separately', () => {
    marbles().run(({ cold, expectObservable }) => {
      const result$ = cold('#', undefined, cut).pipe(recover({ ...half, recoveryRetries: 1 }));
      expectObservable(result$).toBe('10ms #', undefined, cut);
      expectObservable(result$).toBe('10ms #', undefined, cut);
    });
  });

  it('survives a source that fails within the emission of a value', () => {
    const source = new Subject<number>();
    const seen: unknown[] = [];
    source.pipe(recover({ recoveryRetries: 0 })).subscribe({
      next: (value) => {
        seen.push(value);
        source.error(cut);
      },
      error: (error) => seen.push(error.code),
    });
    source.next(1);
    expect(seen).toEqual([1, 'UNAVAILABLE']);
  });

  it('refuses options that are out of range at once', () => {
    for (const options of [{ recoveryRetries: -1 }, { recoveryBackoffMs: Number.NaN }, { recoveryBackoffMaxMs: -5 }]) {
      expect(() => recover(options)).toThrow(jasmine.objectContaining({ code: 'INVALID_OPTIONS' }));
    }
  });
});
