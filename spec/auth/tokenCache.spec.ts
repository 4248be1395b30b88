import { mergeMap, type Observable, of, retry } from 'rxjs';
import type { TokenResponse } from '../../lib/auth/fetchToken.ts';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { marbles } from '../support/marbles.ts';
import { HOUR_MS, inTurn, responses, TIMEOUT_MS, unavailable, withTokenCache } from '../support/tokenCacheBench.ts';

describe('TokenCache', () => {
  it('sends one request and then serves the cached token', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('--h|');
      expectObservable(asks('a---a---(a|)', inTurn(first))).toBe('--h-h---(h|)');
      expectSubscriptions(first.subscriptions).toBe('^-!');
    });
  });

  it('sends no request before it is subscribed', () => {
    withTokenCache(({ cache }, { expectObservable }) => {
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
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const first = request('---h|');
      const fetchToken = inTurn(first);
      expectObservable(asks('aa|', fetchToken)).toBe('---(hh|)');
      expectObservable(asks('--a|', fetchToken)).toBe('---(h|)');
      expectSubscriptions(first.subscriptions).toBe('^--!');
    });
  });

  it('shares the failure of a request too, and sends another one afterwards', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
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
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
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
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const busy = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 503', { retryAfterMs: 20_000 });
      const [first, second, third] = [request('m'), request('#', busy), request('h')];
      expectObservable(asks('a 29999ms a 19999ms a a', inTurn(first, second, third))).toBe('m 29999ms m 19999ms h h');
      expectSubscriptions(first.subscriptions).toBe('(^!)');
      expectSubscriptions(second.subscriptions).toBe('30000ms (^!)');
      expectSubscriptions(third.subscriptions).toBe('50000ms (^!)');
    });
  });

  it('cancels the request when the last caller unsubscribes, not before', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
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

  it('sends another request after a caller has waited in vain, although others still wait for the first one', () => {
    withTokenCache(({ request, asks }, { expectObservable, expectSubscriptions }) => {
      const silent = request('-');
      const second = request('-h|');
      const fetchToken = inTurn(silent, second);
      expectObservable(asks('a', fetchToken).pipe(retry(1))).toBe('1001ms h');
      // Its time is over later. By then, there is a token.
      expectObservable(asks('500ms a', fetchToken)).toBe('1500ms h');
      expectSubscriptions(silent.subscriptions).toBe('^ 1499ms !');
      expectSubscriptions(second.subscriptions).toBe('1000ms ^!');
    });
  });

  it('keeps the tokens of different keys apart', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a--b--a--(b|)', inTurn(request('-h|'), request('-k|')))).toBe('-h--k-h--(k|)');
    });
  });

  it('passes on a token without a lifetime, and sends another request next time', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
      expectObservable(asks('a--a|', inTurn(request('-n|'), request('-h|')))).toBe('-n--(h|)');
    });
  });

  it('is not confused by a caller that asks again while it receives the token', () => {
    withTokenCache(({ cache, request }, { expectObservable }) => {
      const fetchToken = inTurn(request('-n|'), request('-h|'));
      const token$ = cache.getToken({ key: 'a', fetchToken, timeoutMs: TIMEOUT_MS });
      expectObservable(token$.pipe(mergeMap(() => token$))).toBe('--(h|)');
    });
  });

  it('works with a fetchToken that answers at once', () => {
    withTokenCache(({ asks }, { expectObservable }) => {
      const fetchToken = inTurn(of({ accessToken: 't', expiresInMs: HOUR_MS }));
      expectObservable(asks('(aa)(a|)', fetchToken)).toBe('(tt)(t|)');
    });
  });

  it('sends another request after a token was refused', () => {
    withTokenCache(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('--r|').pipe(mergeMap(() => of(cache.invalidate('a', 'h'))));
      expectObservable(asks('a---(a|)', inTurn(request('(h|)'), request('-k|')))).toBe('h----(k|)');
      expectObservable(refusal).toBe('--r|', { r: undefined });
    });
  });

  it('keeps a newer token when an older one is refused late', () => {
    withTokenCache(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusals = cold('--h-h|').pipe(mergeMap((token) => of(cache.invalidate('a', token))));
      expectObservable(refusals).toBe('--r-r|', { r: undefined });
      expectObservable(asks('a--a-a|', inTurn(request('(h|)'), request('(k|)')))).toBe('h--k-k|');
    });
  });

  it('does not fall back to a token that was refused while its refresh was in flight', () => {
    withTokenCache(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('30001ms r|').pipe(mergeMap(() => of(cache.invalidate('a', 'm'))));
      expectObservable(refusal).toBe('30001ms r|', { r: undefined });
      const fetchToken = inTurn(request('(m|)'), request('--#', unavailable));
      expectObservable(asks('a 29999ms a', fetchToken)).toBe('m 30001ms #', undefined, unavailable);
    });
  });

  it('drops the token of one key only', () => {
    withTokenCache(({ cache, request, asks }, { cold, expectObservable }) => {
      const refusal = cold('---r|').pipe(mergeMap(() => of(cache.invalidate('a', 'h'))));
      expectObservable(refusal).toBe('---r|', { r: undefined });
      const fetchToken = inTurn(request('(h|)'), request('(h|)'), request('(k|)'));
      expectObservable(asks('ab---b(a|)', fetchToken)).toBe('hh---h(k|)');
    });
  });

  it('forgets the least recently used key beyond its bound', () => {
    withTokenCache(
      ({ request, asks }, { expectObservable }) => {
        // a and b are cached, and a is used again. c evicts b, so b is requested again and evicts a.
        const fetchToken = inTurn(request('(h|)'), request('(k|)'), request('(m|)'), request('(s|)'), request('(k|)'));
        expectObservable(asks('abacbca|', fetchToken)).toBe('hkhmsmk|');
      },
      { maxEntries: 2 },
    );
  });

  it('fails if fetchToken ends without a token', () => {
    withTokenCache(({ request, asks }, { expectObservable }) => {
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
});
