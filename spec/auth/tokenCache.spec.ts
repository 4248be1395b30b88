import { defer, firstValueFrom, lastValueFrom, mergeMap, type Observable, of, throwError, timer } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import type { FetchToken, TokenResponse } from '../../lib/auth/fetchToken.ts';
import { TokenCache, type TokenCacheOptions } from '../../lib/auth/tokenCache.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { marbles } from '../support/marbles.ts';
import { setClockBy } from '../support/setClock.ts';

const HOUR_MS = 3_600_000;
const TIMEOUT_MS = 1_000;
const unavailable = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 503');
const refused = new ZerobusError('INVALID_CREDENTIALS', 'HTTP 401');

/**
 * Tokens by their marbles: h lives an hour, m a minute, s ten seconds, n has no lifetime, d has expired, i is not
 * printable.
 */
const responses: Readonly<Record<string, TokenResponse>> = {
  h: { accessToken: 'h', expiresInMs: HOUR_MS },
  k: { accessToken: 'k', expiresInMs: HOUR_MS },
  m: { accessToken: 'm', expiresInMs: 60_000 },
  s: { accessToken: 's', expiresInMs: 10_000 },
  n: { accessToken: 'n' },
  d: { accessToken: 'd', expiresInMs: 0 },
  i: { accessToken: 'i\r\nx-smuggled: 1', expiresInMs: HOUR_MS },
};

/** A fetchToken that answers its requests from a list, one after the other, and fails if it is called too often. */
function inTurn(...answers: readonly Observable<TokenResponse>[]): FetchToken {
  const rest = [...answers];
  return () => rest.shift() ?? throwError(() => new Error('one request too many'));
}

interface Bench {
  /** A cold observable of token responses, by the marbles above. */
  request(diagram: string, error?: unknown): ReturnType<RunHelpers['cold']> & Observable<TokenResponse>;
  /** Requests a token at each marble of a diagram. The marble is also the key. */
  asks(diagram: string, fetchToken: FetchToken): Observable<string>;
  cache: TokenCache;
}

describe('TokenCache', () => {
  function run(spec: (bench: Bench, helpers: RunHelpers) => void, options: TokenCacheOptions = {}): void {
    const scheduler = marbles();
    scheduler.run((helpers) => {
      const cache = new TokenCache({ scheduler, ...options });
      spec(
        {
          cache,
          request: (diagram, error) => helpers.cold(diagram, responses, error),
          asks: (diagram, fetchToken) =>
            helpers.cold(diagram).pipe(mergeMap((key) => cache.getToken({ key, fetchToken, timeoutMs: TIMEOUT_MS }))),
        },
        helpers,
      );
    });
  }

  it('sends one request and then serves the cached token', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('--h|');
      expectObservable(asks('a---a---(a|)', inTurn(first))).toBe('--h-h---(h|)');
      expectSubscriptions(first.subscriptions).toBe('^-!');
    });
  });

  it('sends no request before it is subscribed', () => {
    run(({ cache }, { expectObservable }) => {
      let count = 0;
      const fetchToken = (): Observable<TokenResponse> => {
        count++;
        return of({ accessToken: 't', expiresInMs: HOUR_MS });
      };
      const token$ = cache.getToken({ key: 'a', fetchToken, timeoutMs: TIMEOUT_MS });
      expect(count).toBe(0);
      expectObservable(token$).toBe('(t|)');
      expectObservable(token$, '-^').toBe('-(t|)');
    });
  });

  it('shares one request among all callers that wait', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('---h|');
      const fetchToken = inTurn(first);
      expectObservable(asks('aa|', fetchToken)).toBe('---(hh|)');
      expectObservable(asks('--a|', fetchToken)).toBe('---(h|)');
      expectSubscriptions(first.subscriptions).toBe('^--!');
    });
  });

  it('shares the failure of a request too, and sends another one afterwards', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('---#', unavailable);
      const second = request('-h|');
      const fetchToken = inTurn(first, second);
      expectObservable(asks('a', fetchToken)).toBe('---#', undefined, unavailable);
      expectObservable(asks('-a', fetchToken)).toBe('---#', undefined, unavailable);
      expectObservable(asks('----a|', fetchToken)).toBe('-----(h|)');
      expectSubscriptions(first.subscriptions).toBe('^--!');
      expectSubscriptions(second.subscriptions).toBe('----^!');
    });
  });

  it('sends no request before the time that the endpoint asks for, and says how long that is', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const busy = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 429', { retryAfterMs: 10 });
      const rest = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 429', { retryAfterMs: 7 });
      const first = request('--#', busy);
      const second = request('-h|');
      const fetchToken = inTurn(first, second);
      expectObservable(asks('a', fetchToken)).toBe('--#', undefined, busy);
      expectObservable(asks('-----a', fetchToken)).toBe('-----#', undefined, rest);
      expectObservable(asks('------------a', fetchToken)).toBe('-------------h');
      expectSubscriptions(first.subscriptions).toBe('^-!');
      expectSubscriptions(second.subscriptions).toBe('------------^!');
    });
  });

  it('does not refresh a valid token before the time that the endpoint asks for', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const busy = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 503', { retryAfterMs: 20_000 });
      const [first, second, third] = [request('m'), request('#', busy), request('h')];
      expectObservable(asks('a 29999ms a 19999ms a a', inTurn(first, second, third))).toBe('m 29999ms m 19999ms h h');
      expectSubscriptions(first.subscriptions).toBe('(^!)');
      expectSubscriptions(second.subscriptions).toBe('30000ms (^!)');
      expectSubscriptions(third.subscriptions).toBe('50000ms (^!)');
    });
  });

  it('cancels the request when the last caller unsubscribes, not before', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('---------h|');
      const second = request('-k|');
      const fetchToken = inTurn(first);
      expectObservable(asks('a', fetchToken), '^-!').toBe('---');
      expectObservable(asks('-a', fetchToken), '^---!').toBe('-----');
      // The next caller sends a request of its own, and does not use that of the callers that unsubscribed.
      expectObservable(asks('------a|', inTurn(second))).toBe('-------(k|)');
      expectSubscriptions(first.subscriptions).toBe('^---!');
      expectSubscriptions(second.subscriptions).toBe('------^!');
    });
  });

  it('keeps the tokens of different keys apart', () => {
    run(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a--b--a--(b|)', inTurn(request('-h|'), request('-k|')))).toBe('-h--k-h--(k|)');
    });
  });

  it('passes on a token without a lifetime, and sends another request next time', () => {
    run(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a--a|', inTurn(request('-n|'), request('-h|')))).toBe('-n--(h|)');
    });
  });

  it('is not confused by a caller that asks again while it receives the token', () => {
    run(({ cache, request }, { expectObservable }) => {
      const fetchToken = inTurn(request('-n|'), request('-h|'));
      const token$ = cache.getToken({ key: 'a', fetchToken, timeoutMs: TIMEOUT_MS });
      expectObservable(token$.pipe(mergeMap(() => token$))).toBe('--(h|)');
    });
  });

  it('works with a fetchToken that answers at once', () => {
    run(({ asks }, { expectObservable }) => {
      const fetchToken = inTurn(of({ accessToken: 't', expiresInMs: HOUR_MS }));
      expectObservable(asks('(aa)(a|)', fetchToken)).toBe('(tt)(t|)');
    });
  });

  it('proactive_refresh_replaces_the_cached_token', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const refresh = request('--k|');
      expectObservable(asks('a 3299999ms a 9ms (a|)', inTurn(request('(h|)'), refresh))).toBe('h 3300001ms k 7ms (k|)');
      expectSubscriptions(refresh.subscriptions).toBe('3300000ms ^-!');
    });
  });

  it('refreshes no earlier than five minutes before the token expires', () => {
    run(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a 3299998ms (a|)', inTurn(request('(h|)')))).toBe('h 3299998ms (h|)');
    });
  });

  it('uses a token that lives less than five minutes until half of its lifetime', () => {
    run(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(m|)'), request('(h|)'));
      expectObservable(asks('a 29998ms a (a|)', fetchToken)).toBe('m 29998ms m (h|)');
    });
  });

  it('counts the lifetime of a token from its request', () => {
    run(({ request, asks }, { expectObservable }) => {
      // Requested at 0 and received at 900. Half of its ten seconds is over at 5,000, not 900 later.
      const fetchToken = inTurn(request('900ms s|'), request('(h|)'));
      expectObservable(asks('a 4998ms a (a|)', fetchToken)).toBe('900ms s 4098ms s (h|)');
    });
  });

  it('dead_on_arrival_token_surfaces_retryable_error', () => {
    run(({ request, asks }, { expectObservable }) => {
      const dead = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'The token had expired when it arrived: it lives 0 ms and its request took 2 ms. Use tokens with a longer lifetime.',
      );
      expect(dead.isRetryable).toBe(true);
      const fetchToken = inTurn(request('--d|'), request('-h|'));
      expectObservable(asks('a', fetchToken)).toBe('--#', undefined, dead);
      expectObservable(asks('---a|', fetchToken)).toBe('----(h|)');
    });
  });

  it('treats a token as expired if its request took longer than its lifetime', () => {
    run(({ cache }, { cold, expectObservable }) => {
      const slow = { accessToken: 't', expiresInMs: 50 };
      const token$ = cache.getToken({
        key: 'a',
        fetchToken: () => cold('50ms t|', { t: slow }),
        timeoutMs: TIMEOUT_MS,
      });
      expectObservable(token$).toBe(
        '50ms #',
        undefined,
        new ZerobusError(
          'TOKEN_FETCH_FAILED',
          'The token had expired when it arrived: it lives 50 ms and its request took 50 ms. Use tokens with a longer lifetime.',
        ),
      );
    });
  });

  it('dead_on_arrival_refresh_falls_back_to_cached', () => {
    run(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a 29999ms (a|)', inTurn(request('(m|)'), request('--d|')))).toBe('m 30001ms (m|)');
    });
  });

  it('unusable_token_is_rejected: not kept, not retryable, not shown', () => {
    run(({ request, asks }, { expectObservable }) => {
      const unusable = new ZerobusError(
        'INVALID_CREDENTIALS',
        'The token endpoint issued a token that no header can carry: it is empty or has characters other than printable ASCII. Check workspaceUrl or fetchToken.',
      );
      expect(unusable.isRetryable).toBe(false);
      const fetchToken = inTurn(
        request('-i|'),
        of({ accessToken: '', expiresInMs: HOUR_MS }),
        of({ accessToken: 'ü' }),
      );
      expectObservable(asks('a', fetchToken)).toBe('-#', undefined, unusable);
      expectObservable(asks('--a', fetchToken)).toBe('--#', undefined, unusable);
      expectObservable(asks('---a', fetchToken)).toBe('---#', undefined, unusable);
    });
  });

  it('hung_refresh_falls_back_to_cached_token at half of the time that the caller has', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const hung = request('-');
      expectObservable(asks('a 29999ms (a|)', inTurn(request('(m|)'), hung))).toBe('m 30499ms (m|)');
      expectSubscriptions(hung.subscriptions).toBe('30s ^ 499ms !');
    });
  });

  it('does not wait for a hung refresh again within five seconds', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const again = request('-h|');
      // Given up at 30,500; served at once until 35,500; then requested again.
      const fetchToken = inTurn(request('(m|)'), request('-'), again);
      expectObservable(asks('a 29999ms a 5498ms a (a|)', fetchToken)).toBe('m 30499ms m 4998ms m -(h|)');
      expectSubscriptions(again.subscriptions).toBe('35500ms ^!');
    });
  });

  it('waits for a hung refresh to the end if the cached token expires meanwhile', () => {
    run(({ request, asks }, { expectObservable }) => {
      const timedOut = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'There was no token within 1000 ms. Check the network, or allow more time.',
      );
      const fetchToken = inTurn(request('(s|)'), request('-'));
      expectObservable(asks('a 9599ms a', fetchToken)).toBe('s 10599ms #', undefined, timedOut);
    });
  });

  it('gives up on a first token that does not arrive, and closes the connection', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const timedOut = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'There was no token within 1000 ms. Check the network, or allow more time.',
      );
      expect(timedOut.isRetryable).toBe(true);
      const hung = request('-');
      expectObservable(asks('a', inTurn(hung))).toBe('1s #', undefined, timedOut);
      expectSubscriptions(hung.subscriptions).toBe('^ 999ms !');
    });
  });

  for (const [name, error] of [
    ['a retryable failure', unavailable],
    ['non-retryable refresh failure uses still-valid token', refused],
  ] as const) {
    it(`serves the valid token if a refresh fails: ${name}`, () => {
      run(({ request, asks }, { expectObservable }) => {
        const fetchToken = inTurn(request('(m|)'), request('--#', error));
        expectObservable(asks('a 29999ms (a|)', fetchToken)).toBe('m 30001ms (m|)');
      });
    });
  }

  it('refresh_backoff_suppresses_a_concurrent_mint_stampede', () => {
    run(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const failing = request('--#', unavailable);
      const again = request('-h|');
      const fetchToken = inTurn(request('(m|)'), failing, again);
      // The refresh fails at 30,002. All callers get the old token until 35,002.
      expectObservable(asks('a 29999ms (aaa) 4995ms a (a|)', fetchToken)).toBe('m 30001ms (mmm) 4993ms m (m|)');
      expectObservable(asks('35002ms a|', fetchToken)).toBe('35003ms (h|)');
      expectSubscriptions(failing.subscriptions).toBe('30s ^-!');
      expectSubscriptions(again.subscriptions).toBe('35002ms ^!');
    });
  });

  it('sends a request at once when the cached token has expired, backing off or not', () => {
    run(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(s|)'), request('#', unavailable), request('(h|)'));
      expectObservable(asks('a 7999ms a 1999ms (a|)', fetchToken)).toBe('s 7999ms s 1999ms (h|)');
    });
  });

  it('surfaces a failure if there is no valid token', () => {
    run(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(s|)'), request('-#', refused));
      expectObservable(asks('a 9999ms a', fetchToken)).toBe('s 10s #', undefined, refused);
    });
  });

  it('sends another request after a token was refused', () => {
    run(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('--r|').pipe(mergeMap(() => of(cache.invalidate('a', 'h'))));
      expectObservable(asks('a---(a|)', inTurn(request('(h|)'), request('-k|')))).toBe('h----(k|)');
      expectObservable(refusal).toBe('--r|', { r: undefined });
    });
  });

  it('keeps a newer token when an older one is refused late', () => {
    run(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusals = cold('--h-h|').pipe(mergeMap((token) => of(cache.invalidate('a', token))));
      expectObservable(refusals).toBe('--r-r|', { r: undefined });
      expectObservable(asks('a--a-a|', inTurn(request('(h|)'), request('(k|)')))).toBe('h--k-k|');
    });
  });

  it('does not fall back to a token that was refused while its refresh was in flight', () => {
    run(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('30001ms r|').pipe(mergeMap(() => of(cache.invalidate('a', 'm'))));
      expectObservable(refusal).toBe('30001ms r|', { r: undefined });
      const fetchToken = inTurn(request('(m|)'), request('--#', unavailable));
      expectObservable(asks('a 29999ms a', fetchToken)).toBe('m 30001ms #', undefined, unavailable);
    });
  });

  it('drops the token of one key only', () => {
    run(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('---r|').pipe(mergeMap(() => of(cache.invalidate('a', 'h'))));
      expectObservable(refusal).toBe('---r|', { r: undefined });
      const fetchToken = inTurn(request('(h|)'), request('(h|)'), request('(k|)'));
      expectObservable(asks('ab---b(a|)', fetchToken)).toBe('hh---h(k|)');
    });
  });

  it('forgets the least recently used key beyond its bound', () => {
    run(
      ({ request, asks }, { expectObservable }) => {
        // a and b are cached, and a is used again. c evicts b, so b is requested again and evicts a.
        const fetchToken = inTurn(request('(h|)'), request('(k|)'), request('(m|)'), request('(s|)'), request('(k|)'));
        expectObservable(asks('abacbca|', fetchToken)).toBe('hkhmsmk|');
      },
      { maxEntries: 2 },
    );
  });

  it('fails if fetchToken ends without a token', () => {
    run(({ request, asks }, { expectObservable }) => {
      const none = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'The token request ended without a token. fetchToken must emit one.',
      );
      expectObservable(asks('a', inTurn(request('-|')))).toBe('-#', undefined, none);
    });
  });

  it('leaves no timer behind', () => {
    const scheduler = marbles();
    scheduler.run(({ cold, expectObservable, flush }) => {
      const cache = new TokenCache({ scheduler });
      const fetchToken = inTurn(cold('-m|', responses), cold('-'));
      const token$ = cache.getToken({ key: 'a', fetchToken, timeoutMs: TIMEOUT_MS });
      expectObservable(token$).toBe('-(m|)');
      expectObservable(token$, '30s ^--!').toBe('');
      flush();
      expect(scheduler.actions).toEqual([]);
      expect(scheduler.now()).toBeLessThan(31_000);
    });
  });

  it('refuses an invalid bound', () => {
    for (const maxEntries of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new TokenCache({ maxEntries })).toThrowMatching(
        (error: ZerobusError) => error.code === 'INVALID_OPTIONS',
      );
    }
  });

  it('keeps no token longer than 24 days, whatever its lifetime', () => {
    for (const expiresInMs of [Number.POSITIVE_INFINITY, 1e300, 2 ** 31]) {
      run(({ request, asks, cache }, { cold, expectObservable }) => {
        const fetchToken = inTurn(
          cold('(a|)', { a: { accessToken: 'a', expiresInMs } }),
          request('(h|)'),
          throwError(() => new Error('one request too many')),
        );
        expect(cache).toBeDefined();
        expectObservable(asks('k 34559m 59s 999ms k', fetchToken)).toBe('a 34559m 59s 999ms a');
        expectObservable(asks('36000m k', fetchToken)).toBe('36000m h');
      });
    }
  });

  describe('on the clock of the machine', () => {
    const ask = (cache: TokenCache, fetchToken: FetchToken): Promise<string> =>
      lastValueFrom(cache.getToken({ key: 'k', fetchToken, timeoutMs: TIMEOUT_MS }));

    it('keeps a token if the clock is set forward', async () => {
      const cache = new TokenCache();
      const fetchToken = inTurn(of({ accessToken: 'first', expiresInMs: HOUR_MS }));
      await ask(cache, fetchToken);
      setClockBy(2 * HOUR_MS);
      expect(await ask(cache, fetchToken)).toBe('first');
    });

    it('forgets an expired token if the clock is set back', async () => {
      const cache = new TokenCache();
      const fetchToken = inTurn(
        of({ accessToken: 'first', expiresInMs: 30 }),
        of({ accessToken: 'second', expiresInMs: HOUR_MS }),
      );
      await ask(cache, fetchToken);
      setClockBy(-HOUR_MS);
      await firstValueFrom(timer(40));
      expect(await ask(cache, fetchToken)).toBe('second');
    });

    it('accepts a token if the clock is set forward during the request', async () => {
      const fetchToken = (): Observable<TokenResponse> =>
        defer(() => {
          setClockBy(2 * HOUR_MS);
          return of({ accessToken: 'first', expiresInMs: HOUR_MS });
        });
      expect(await ask(new TokenCache(), fetchToken)).toBe('first');
    });
  });
});
