import type { MonoTypeOperatorFunction, SchedulerLike } from 'rxjs';
import { checkFunction } from '../lib/errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { retryWithBackoff } from '../lib/stream/retryWithBackoff.ts';
import { resolveStreamOptions } from '../lib/stream/streamOptions.ts';

/**
 * Options of {@link recover}. Names and defaults are those of the official SDKs, which have no `recoveryBackoffMaxMs`,
 * `isProgress`, `scheduler` or `random`.
 */
export interface RecoverOptions<T = unknown> {
  /** Whether failures are recovered from at all. Defaults to `true`. */
  readonly recovery?: boolean | undefined;
  /** The number of failures in a row that are recovered from. The next one is final. Defaults to `4`. */
  readonly recoveryRetries?: number | undefined;
  /** The upper bound of the first wait, in milliseconds. It doubles with each further failure. Defaults to `2000`. */
  readonly recoveryBackoffMs?: number | undefined;
  /** The upper bound of every wait, in milliseconds. Defaults to `30000`. */
  readonly recoveryBackoffMaxMs?: number | undefined;
  /**
   * Returns whether a value proves that the source works, which resets the count of failures. Defaults to `true` for
   * every value.
   */
  readonly isProgress?: ((value: T) => boolean) | undefined;
  /** The scheduler of the waits. Defaults to rxjs' `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Returns a number from 0 up to 1, for the jitter. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const optionNames: NamesOf<RecoverOptions> = {
  recovery: true,
  recoveryRetries: true,
  recoveryBackoffMs: true,
  recoveryBackoffMaxMs: true,
  isProgress: true,
  scheduler: true,
  random: true,
};

/**
 * Returns an Observable that mirrors the source, and resubscribes to it after a wait if it fails with a retryable
 * error.
 *
 * <span class="informal">`retry`, for connections: it knows which errors are worth a retry, backs off, and keeps trying
 * as long as there is progress.</span>
 *
 * `recover` is built on rxjs' `retry`. If the source fails with a `ZerobusError` that is `isRetryable`, `recover`
 * resubscribes after a wait. It forwards every other error at once. The wait before retry n is random between 0 and
 * `min(recoveryBackoffMaxMs, recoveryBackoffMs * 2^(n-1))`, even before the first retry. After `recoveryRetries`
 * failures in a row, the next error is forwarded. The count starts again when `isProgress` returns `true` for a value;
 * an opened connection alone does not reset it.
 *
 * Place it after the part to retry (a connection), not after the records, because it subscribes to its source again.
 *
 * Values and completion pass through. Unsubscribing cancels a wait. Each subscription has a count of its own.
 *
 * @example
 * ```ts
 * import { defer } from 'rxjs';
 * import { recover } from 'rxjs-zerobus';
 *
 * defer(() => connect()).pipe(recover({ recoveryRetries: 10 })).subscribe(console.log);
 * ```
 *
 * @param options see {@link RecoverOptions}
 * @returns an operator that mirrors the source, except for errors that it recovers from
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is unknown or out of range
 */
export function recover<T>(options: RecoverOptions<T> = {}): MonoTypeOperatorFunction<T> {
  const resolved = readArguments('recover', () => {
    checkNames('recover', options, optionNames);
    const { isProgress = () => true } = options;
    checkFunction('isProgress', isProgress, '(value) => … ');
    return { ...resolveStreamOptions(options), isProgress };
  });
  return retryWithBackoff(resolved);
}
