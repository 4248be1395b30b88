import { defer, firstValueFrom, lastValueFrom, type Observable, of, throwError, timer } from 'rxjs';
import type { FetchToken, TokenResponse } from '../../lib/auth/fetchToken.ts';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { setClockBy } from '../support/setClock.ts';
import { HOUR_MS, inTurn, refused, TIMEOUT_MS, unavailable, withTokenCache } from '../support/tokenCacheBench.ts';

describe('TokenCache, over the life of a token,', () => {
  it('proactive_refresh_replaces_the_cached_token', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const refresh = request('--k|');
      expectObservable(asks('a 3299999ms a 9ms (a|)', inTurn(request('(h|)'), refresh))).toBe('h 3300001ms k 7ms (k|)');
      expectSubscriptions(refresh.subscriptions).toBe('3300000ms ^-!');
    });
  });

  it('refreshes no earlier than five minutes before the token expires', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a 3299998ms (a|)', inTurn(request('(h|)')))).toBe('h 3299998ms (h|)');
    });
  });

  it('uses a token that lives less than five minutes until half of its lifetime', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(m|)'), request('(h|)'));
      expectObservable(asks('a 29998ms a (a|)', fetchToken)).toBe('m 29998ms m (h|)');
    });
  });

  it('counts the lifetime of a token from its request', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      // Requested at 0 and received at 900. Half of its ten seconds is over at 5,000, not 900 later.
      const fetchToken = inTurn(request('900ms s|'), request('(h|)'));
      expectObservable(asks('a 4998ms a (a|)', fetchToken)).toBe('900ms s 4098ms s (h|)');
    });
  });

  it('dead_on_arrival_token_surfaces_retryable_error', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
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
    withTokenCache(({ cache }, { cold, expectObservable }) => {
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
    withTokenCache(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a 29999ms (a|)', inTurn(request('(m|)'), request('--d|')))).toBe('m 30001ms (m|)');
    });
  });

  it('unusable_token_is_rejected: not kept, not retryable, not shown', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
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
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const hung = request('-');
      expectObservable(asks('a 29999ms (a|)', inTurn(request('(m|)'), hung))).toBe('m 30499ms (m|)');
      expectSubscriptions(hung.subscriptions).toBe('30s ^ 499ms !');
    });
  });

  it('does not wait for a hung refresh again within five seconds', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const again = request('-h|');
      // Given up at 30,500; served at once until 35,500; then requested again.
      const fetchToken = inTurn(request('(m|)'), request('-'), again);
      expectObservable(asks('a 29999ms a 5498ms a (a|)', fetchToken)).toBe('m 30499ms m 4998ms m -(h|)');
      expectSubscriptions(again.subscriptions).toBe('35500ms ^!');
    });
  });

  it('waits for a hung refresh to the end if the cached token expires meanwhile', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      const timedOut = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'There was no token within 1000 ms. Check the network, or allow more time.',
      );
      const fetchToken = inTurn(request('(s|)'), request('-'));
      expectObservable(asks('a 9599ms a', fetchToken)).toBe('s 10599ms #', undefined, timedOut);
    });
  });

  it('gives up on a first token that does not arrive, and closes the connection', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
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
      withTokenCache(({ request, asks }, { expectObservable }) => {
        const fetchToken = inTurn(request('(m|)'), request('--#', error));
        expectObservable(asks('a 29999ms (a|)', fetchToken)).toBe('m 30001ms (m|)');
      });
    });
  }

  it('refresh_backoff_suppresses_a_concurrent_mint_stampede', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
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
    withTokenCache(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(s|)'), request('#', unavailable), request('(h|)'));
      expectObservable(asks('a 7999ms a 1999ms (a|)', fetchToken)).toBe('s 7999ms s 1999ms (h|)');
    });
  });

  it('surfaces a failure if there is no valid token', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      const fetchToken = inTurn(request('(s|)'), request('-#', refused));
      expectObservable(asks('a 9999ms a', fetchToken)).toBe('s 10s #', undefined, refused);
    });
  });

  it('keeps no token longer than 24 days, whatever its lifetime', () => {
    for (const expiresInMs of [Number.POSITIVE_INFINITY, 1e300, 2 ** 31]) {
      withTokenCache(({ request, asks, cache }, { cold, expectObservable }) => {
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
