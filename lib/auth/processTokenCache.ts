import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { TokenCache } from './tokenCache.ts';

/** A scheduler has its own clock, by which tokens expire. */
let caches = new WeakMap<SchedulerLike, TokenCache>();

/**
 * Returns the cache of this process. Streams without a cache of their own share it, so that streams of one principal
 * and table request one token, even if each has an operator of its own.
 *
 * @param scheduler clock and timers of the cache. Defaults to `asyncScheduler`
 */
export function processTokenCache(scheduler: SchedulerLike = asyncScheduler): TokenCache {
  const cache = caches.get(scheduler) ?? new TokenCache({ scheduler });
  caches.set(scheduler, cache);
  return cache;
}

/**
 * @internal Drops all tokens, for specs: their servers come and go on the same ports, with the same credentials.
 */
export function forgetProcessTokens(): void {
  caches = new WeakMap();
}
