import { mergeMap, type Observable, throwError } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import type { FetchToken, TokenResponse } from '../../lib/auth/fetchToken.ts';
import { TokenCache, type TokenCacheOptions } from '../../lib/auth/tokenCache.ts';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { marbles } from './marbles.ts';

export const HOUR_MS = 3_600_000;
/** The time that callers have. */
export const TIMEOUT_MS = 1_000;
export const unavailable: ZerobusError = new ZerobusError('TOKEN_FETCH_FAILED', 'HTTP 503');
export const refused: ZerobusError = new ZerobusError('INVALID_CREDENTIALS', 'HTTP 401');

/**
 * Tokens by their marbles: h lives an hour, m a minute, s ten seconds, n has no lifetime, d has expired, i is not
 * printable.
 */
export const responses: Readonly<Record<string, TokenResponse>> = {
  h: { accessToken: 'h', expiresInMs: HOUR_MS },
  k: { accessToken: 'k', expiresInMs: HOUR_MS },
  m: { accessToken: 'm', expiresInMs: 60_000 },
  s: { accessToken: 's', expiresInMs: 10_000 },
  n: { accessToken: 'n' },
  d: { accessToken: 'd', expiresInMs: 0 },
  i: { accessToken: 'i\r\nx-smuggled: 1', expiresInMs: HOUR_MS },
};

/** A fetchToken that answers its requests from a list, one after the other, and fails if it is called too often. */
export function inTurn(...answers: readonly Observable<TokenResponse>[]): FetchToken {
  const rest = [...answers];
  return () => rest.shift() ?? throwError(() => new Error('one request too many'));
}

/** What a spec of the cache works with. */
export interface TokenCacheBench {
  /** A cold observable of token responses, by the marbles above. */
  request(diagram: string, error?: unknown): ReturnType<RunHelpers['cold']> & Observable<TokenResponse>;
  /** Requests a token at each marble of a diagram. The marble is also the key. */
  asks(diagram: string, fetchToken: FetchToken): Observable<string>;
  readonly cache: TokenCache;
}

/** Runs a spec on virtual time, with a cache of its own. */
export function withTokenCache(
  spec: (bench: TokenCacheBench, helpers: RunHelpers) => void,
  options: TokenCacheOptions = {},
): void {
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
