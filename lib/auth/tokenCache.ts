import {
  asyncScheduler,
  catchError,
  defer,
  EMPTY,
  finalize,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  share,
  take,
  throwError,
  throwIfEmpty,
  timeout,
  timer,
} from 'rxjs';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { integerAtLeast, MAX_TIMER_MS } from '../errors/checkNumber.ts';
import { checkScheduler } from '../errors/checkScheduler.ts';
import { readArguments } from '../errors/readArguments.ts';
import { isZerobusError, ZerobusError } from '../errors/zerobusError.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import type { FetchToken, TokenResponse } from './fetchToken.ts';
import { TokenSlot } from './tokenSlot.ts';

/** Options of a {@link TokenCache}. */
export interface TokenCacheOptions {
  /** The most tokens that are kept. The least recently used one is dropped first. Defaults to 1,000. */
  readonly maxEntries?: number;
  /** Clock and timers. Defaults to `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/** Parameters of {@link TokenCache.getToken}. */
export interface TokenQuery {
  /** Identifies the token. Tokens with the same key are interchangeable. */
  readonly key: string;
  /** Fetches a new token. */
  readonly fetchToken: FetchToken;
  /** The longest wait in ms, or half of it while the cached token is still valid. */
  readonly timeoutMs: number;
}

interface Entry {
  readonly slot: TokenSlot;
  /** The request that is in flight, shared by all callers that wait for it. */
  request?: Observable<string> | undefined;
  /** The refusal of the endpoint that asked for a wait, and the end of that wait. */
  refusal?: { readonly error: ZerobusError; readonly untilMs: number } | undefined;
}

const optionNames: NamesOf<TokenCacheOptions> = { maxEntries: true, scheduler: true };

const DEFAULT_MAX_ENTRIES = 1000;

/**
 * The characters of a bearer token that an HTTP header can carry. Others would break the header or inject another one.
 */
const usableToken = /^[\x21-\x7e]+$/;

/**
 * Caches tokens and shares them. Pass the same cache to several `OAuthHeadersProvider`s to have one token per table and
 * principal.
 *
 * - Callers that ask during a request share that request. It is cancelled when the last of them unsubscribes. Once one
 *   of them has waited in vain, callers that ask share another request.
 * - If a refresh fails, or takes longer than half of the caller's time, the cached token is used as long as it is
 *   valid. The refresh is not tried again for five seconds.
 * - If the endpoint asks for a wait, it is not asked again before. Callers get its error until then.
 * - Tokens without a lifetime are passed on, but not cached.
 *
 * It holds no timer and no socket while no caller waits.
 */
export class TokenCache {
  /** In order of use, least recently used first. */
  readonly #entries: Map<string, Entry> = new Map();
  readonly #maxEntries: number;
  readonly #scheduler: SchedulerLike;

  constructor(options: TokenCacheOptions = {}) {
    const { maxEntries, scheduler } = readArguments('TokenCache', () => {
      checkNames('TokenCache', options, optionNames);
      const { maxEntries = DEFAULT_MAX_ENTRIES, scheduler = asyncScheduler } = options;
      checkScheduler(scheduler);
      return { maxEntries: integerAtLeast(1, 'maxEntries', maxEntries), scheduler };
    });
    this.#maxEntries = maxEntries;
    this.#scheduler = scheduler;
  }

  /**
   * Returns one token, from the cache or by a request: cold, one value.
   *
   * Fails with the error of `fetchToken`, with `TOKEN_FETCH_FAILED` if the request takes too long, emits nothing, or
   * returns an expired token, and with `INVALID_CREDENTIALS` if the token cannot be sent in a header.
   */
  getToken({ key, fetchToken, timeoutMs }: TokenQuery): Observable<string> {
    return defer(() => {
      const entry = this.#entry(key);
      const settled = entry.slot.settled(monotonicNow(this.#scheduler));
      if (settled !== undefined) {
        return of(settled);
      }
      return this.#stillRefused(entry) ?? this.#awaitRequest(entry, fetchToken, timeoutMs);
    });
  }

  /**
   * Drops the token of a key, if it is still this one.
   *
   * @param key the key of the query
   * @param token the token that the service refused
   */
  invalidate(key: string, token: string): void {
    this.#entries.get(key)?.slot.invalidate(token);
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { slot: new TokenSlot() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#maxEntries) {
      const [oldest = key] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    return entry;
  }

  /** Returns the last refusal if the wait that it asked for is not over, with the rest of that wait. */
  #stillRefused({ slot, refusal }: Entry): Observable<string> | undefined {
    const nowMs = monotonicNow(this.#scheduler);
    if (refusal === undefined || nowMs >= refusal.untilMs || slot.valid(nowMs) !== undefined) {
      return undefined;
    }
    return throwError(() => refusal.error.with({ retryAfterMs: refusal.untilMs - nowMs }));
  }

  #awaitRequest(entry: Entry, fetchToken: FetchToken, timeoutMs: number): Observable<string> {
    const { slot } = entry;
    const scheduler = this.#scheduler;
    // Read again when the wait is over, because the token may have expired or been refused meanwhile.
    const atHand = (): string | undefined => slot.valid(monotonicNow(scheduler));
    const impatience = defer(() => (atHand() === undefined ? EMPTY : timer(timeoutMs / 2, scheduler))).pipe(
      mergeMap(() => {
        const token = atHand();
        if (token === undefined) {
          return EMPTY;
        }
        slot.backOff(monotonicNow(scheduler));
        return of(token);
      }),
    );
    const request = entry.request ?? this.#request(entry, fetchToken);
    entry.request = request;
    const giveUp = (): Observable<never> => {
      // If callers overlap, one always waits. A request that is never answered must not be joined forever.
      if (entry.request === request) {
        entry.request = undefined;
      }
      return throwError(() => timedOut(timeoutMs));
    };
    return merge(request, impatience).pipe(
      take(1),
      timeout({ first: timeoutMs, scheduler, with: giveUp }),
      catchError((error: unknown) => {
        const token = atHand();
        return token === undefined ? throwError(() => error) : of(token);
      }),
    );
  }

  /**
   * Creates one request for all callers that wait. It leaves the entry before it emits, so that a caller that asks
   * again does not get the same token.
   */
  #request(entry: Entry, fetchToken: FetchToken): Observable<string> {
    const scheduler = this.#scheduler;
    const release = (): void => {
      if (entry.request === shared) {
        entry.request = undefined;
      }
    };
    const shared: Observable<string> = defer(() => {
      const requestedAtMs = monotonicNow(scheduler);
      return fetchToken().pipe(
        take(1),
        throwIfEmpty(
          () =>
            new ZerobusError(
              'TOKEN_FETCH_FAILED',
              'The token request ended without a token. fetchToken must emit one.',
            ),
        ),
        map((response) => accept(entry.slot, response, requestedAtMs, monotonicNow(scheduler))),
      );
    }).pipe(
      map((token) => {
        release();
        return token;
      }),
      catchError((error: unknown) => {
        release();
        const retryAfterMs = (isZerobusError(error) ? error.retryAfterMs : undefined) ?? 0;
        entry.slot.backOff(monotonicNow(scheduler), retryAfterMs);
        if (isZerobusError(error) && retryAfterMs > 0) {
          entry.refusal = { error, untilMs: monotonicNow(scheduler) + retryAfterMs };
        }
        return throwError(() => error);
      }),
      finalize(release),
      share(),
    );
    return shared;
  }
}

function accept(slot: TokenSlot, response: TokenResponse, requestedAtMs: number, nowMs: number): string {
  const { accessToken } = response;
  const expiresInMs = response.expiresInMs === undefined ? undefined : Math.min(response.expiresInMs, MAX_TIMER_MS);
  if (!usableToken.test(accessToken)) {
    throw new ZerobusError(
      'INVALID_CREDENTIALS',
      'The token endpoint issued a token that no header can carry: it is empty or has characters other than printable ASCII. Check workspaceUrl or fetchToken.',
    );
  }
  if (expiresInMs === undefined || slot.install(accessToken, { requestedAtMs, expiresInMs }, nowMs)) {
    return accessToken;
  }
  throw new ZerobusError(
    'TOKEN_FETCH_FAILED',
    `The token had expired when it arrived: it lives ${expiresInMs} ms and its request took ${nowMs - requestedAtMs} ms. Use tokens with a longer lifetime.`,
  );
}

function timedOut(timeoutMs: number): ZerobusError {
  return new ZerobusError(
    'TOKEN_FETCH_FAILED',
    `There was no token within ${timeoutMs} ms. Check the network, or allow more time.`,
  );
}
