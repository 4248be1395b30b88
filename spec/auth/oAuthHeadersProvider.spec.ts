import { inspect } from 'node:util';
import { firstValueFrom, NEVER, of, throwError } from 'rxjs';
import type { TokenResponse } from '../../lib/auth/fetchToken.ts';
import { OAuthHeadersProvider, type OAuthHeadersProviderOptions } from '../../lib/auth/oAuthHeadersProvider.ts';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { marbles } from '../support/marbles.ts';
import { headersOf, providerOptions } from '../support/providerOptions.ts';
import { thrownBy } from '../support/thrownBy.ts';

describe('OAuthHeadersProvider', () => {
  it('emits the two headers that the service requires, and completes', () => {
    const scheduler = marbles();
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const response = cold('--t-', { t: { accessToken: 't', expiresInMs: 60_000 } });
      const provider = new OAuthHeadersProvider({ ...providerOptions, scheduler, fetchToken: () => response });
      const headers$ = provider.getHeaders();
      expectObservable(headers$).toBe('--(h|)', { h: headersOf('t') });
      expectObservable(headers$, '---^').toBe('---(h|)', { h: headersOf('t') });
      expectSubscriptions(response.subscriptions).toBe('^-!');
    });
  });

  it('waits no longer than timeoutMs', () => {
    const scheduler = marbles();
    scheduler.run(({ expectObservable }) => {
      const provider = new OAuthHeadersProvider({
        ...providerOptions,
        scheduler,
        fetchToken: () => NEVER,
        timeoutMs: 70,
      });
      expectObservable(provider.getHeaders()).toBe(
        '70ms #',
        undefined,
        new ZerobusError(
          'TOKEN_FETCH_FAILED',
          'There was no token within 70 ms. Check the network, or allow more time.',
        ),
      );
      const byDefault = new OAuthHeadersProvider({ ...providerOptions, scheduler, fetchToken: () => NEVER });
      expectObservable(byDefault.getHeaders()).toBe(
        '15s #',
        undefined,
        new ZerobusError(
          'TOKEN_FETCH_FAILED',
          'There was no token within 15000 ms. Check the network, or allow more time.',
        ),
      );
    });
  });

  it('turns an error of fetchToken into a retryable one, and passes a ZerobusError on', () => {
    const scheduler = marbles();
    scheduler.run(({ expectObservable }) => {
      const foreign = Object.assign(new Error('no hush for Bearer abc.def'), { config: { authorization: 'hush' } });
      const own = new ZerobusError('INVALID_CREDENTIALS', 'no such assertion');
      const fetches = [throwError(() => foreign), throwError(() => own)];
      const provider = new OAuthHeadersProvider({
        ...providerOptions,
        scheduler,
        fetchToken: () => {
          const next = fetches.shift();
          if (next === undefined) {
            throw new TypeError('thrown at once');
          }
          return next;
        },
      });
      const expected = new ZerobusError(
        'TOKEN_FETCH_FAILED',
        'The token could not be fetched: no [secret] for Bearer [secret]',
      );
      expectObservable(provider.getHeaders()).toBe('#', undefined, expected);
      expectObservable(provider.getHeaders(), '-^').toBe('-#', undefined, own);
      expectObservable(provider.getHeaders(), '--^').toBe(
        '--#',
        undefined,
        new ZerobusError('TOKEN_FETCH_FAILED', 'The token could not be fetched: thrown at once'),
      );
    });
  });

  it('non_retryable_token_error_fails_without_retry', () => {
    const scheduler = marbles();
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const refusal = new ZerobusError('INVALID_CREDENTIALS', 'HTTP 401');
      const response = cold<TokenResponse>('-#', undefined, refusal);
      const provider = new OAuthHeadersProvider({ ...providerOptions, scheduler, fetchToken: () => response });
      expectObservable(provider.getHeaders()).toBe('-#', undefined, refusal);
      expectSubscriptions(response.subscriptions).toBe('^!');
      expect(refusal.isRetryable).toBe(false);
    });
  });

  it('does not mistake other headers for its own', () => {
    const provider = new OAuthHeadersProvider({ ...providerOptions, fetchToken: () => of({ accessToken: 't' }) });
    expect(provider.invalidate({})).toBe(false);
    expect(provider.invalidate({ ...headersOf('t'), authorization: 'Basic t' })).toBe(false);
    expect(provider.invalidate(headersOf('t', 'main.iot.another'))).toBe(false);
    expect(provider.invalidate(headersOf('t'))).toBe(true);
  });

  const mistakes: readonly [Partial<OAuthHeadersProviderOptions>, ZerobusError['code'], RegExp][] = [
    [{ table: 'readings' }, 'INVALID_TABLE_NAME', /got 1 part/],
    [{ workspaceUrl: 'ftp://x' }, 'INVALID_ENDPOINT', /Invalid workspaceUrl/],
    [{ workspaceId: '' }, 'INVALID_OPTIONS', /workspaceId/],
    [{ workspaceId: '1/2' }, 'INVALID_OPTIONS', /workspaceId/],
    [{ clientId: 'a:b' }, 'INVALID_OPTIONS', /clientId/],
    [{ clientSecret: '' }, 'INVALID_OPTIONS', /clientSecret/],
    [{ timeoutMs: 0 }, 'INVALID_OPTIONS', /timeoutMs must be above 0/],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, 'INVALID_OPTIONS', /at most 2147483647/],
    [{ timeoutMs: Number.NaN }, 'INVALID_OPTIONS', /got NaN/],
  ];
  for (const [mistake, code, message] of mistakes) {
    it(`refuses ${inspect(mistake)}`, () => {
      const error = thrownBy(() => new OAuthHeadersProvider({ ...providerOptions, ...mistake }));
      expect(error).toBeInstanceOf(ZerobusError);
      expect((error as ZerobusError).code).toBe(code);
      expect((error as ZerobusError).message).toMatch(message);
    });
  }

  it('never shows secret or token when it is printed', async () => {
    const cache = new TokenCache();
    const provider = new OAuthHeadersProvider({
      ...providerOptions,
      cache,
      fetchToken: () => of({ accessToken: 'hush-token', expiresInMs: 60_000 }),
    });
    expect(await firstValueFrom(provider.getHeaders())).toEqual(headersOf('hush-token'));
    for (const value of [provider, cache]) {
      const printed = [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value)].join(
        '\n',
      );
      expect(printed).not.toContain('hush');
      expect(printed).not.toContain(Buffer.from('my-client:hush').toString('base64'));
    }
  });
});
