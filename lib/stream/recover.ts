import {
  asyncScheduler,
  defer,
  type MonoTypeOperatorFunction,
  type Observable,
  retry,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { atLeast } from '../errors/checkNumber.ts';
import { isZerobusError } from '../errors/zerobusError.ts';
import { backoffMs } from './backoff.ts';

/**
 * What {@link recover} can be told. Names and defaults are those of the official SDKs, `recoveryBackoffMaxMs` and the
 * last three are added.
 */
export interface RecoverOptions<T = unknown> {
  /** Whether failures are recovered from at all. Defaults to `true`. */
  readonly recovery?: boolean | undefined;
  /** How many failures in a row are recovered from; the next one is final. Defaults to `4`. */
  readonly recoveryRetries?: number | undefined;
  /** The upper bound of the first wait, in milliseconds; each further one doubles it. Defaults to `2000`. */
  readonly recoveryBackoffMs?: number | undefined;
  /** The upper bound of every wait, in milliseconds. Defaults to `30000`. */
  readonly recoveryBackoffMaxMs?: number | undefined;
  /** Whether a value proves that the source works, which forgives all failures before it. Defaults to every value. */
  readonly isProgress?: ((value: T) => boolean) | undefined;
  /** Where the waits are timed. Defaults to rxjs' `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** A number from 0 up to 1, for the jitter. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The defaults of {@link RecoverOptions} that are plain values. */
export const recoverDefaults = {
  recovery: true,
  recoveryRetries: 4,
  recoveryBackoffMs: 2000,
  recoveryBackoffMaxMs: 30_000,
} as const;

/**
 * Resubscribes to the source when it fails with an error that a new try may mend, after a wait.
 *
 * <span class="informal">`retry`, for connections: it knows what is worth retrying, backs off, and does not give up as
 * long as things move forward.</span>
 *
 * Built on rxjs' `retry`. A `ZerobusError` with `isRetryable` is retried; everything else is forwarded at once. The
 * wait before try n is random between 0 and `min(recoveryBackoffMaxMs, recoveryBackoffMs * 2^(n-1))`, also before the
 * first. After `recoveryRetries` failures in a row the last error is forwarded; a value for which `isProgress` holds
 * starts the count anew, an opened connection alone does not.
 *
 * Put it behind the thing to retry (a connection), not behind the records: the source is subscribed to again.
 *
 * Values and completion pass through. Unsubscribing cancels a wait. State is born with each subscription.
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
 * @returns an operator that mirrors the source, failures that could be mended left out
 * @throws ZerobusError `INVALID_OPTIONS` at once, where an option is out of range
 */
export function recover<T>(options: RecoverOptions<T> = {}): MonoTypeOperatorFunction<T> {
  const { isProgress = () => true, scheduler = asyncScheduler, random = Math.random } = options;
  const recovery = options.recovery ?? recoverDefaults.recovery;
  const recoveryRetries = atLeast(0, 'recoveryRetries', options.recoveryRetries ?? recoverDefaults.recoveryRetries);
  const recoveryBackoffMs = atLeast(
    0,
    'recoveryBackoffMs',
    options.recoveryBackoffMs ?? recoverDefaults.recoveryBackoffMs,
  );
  const recoveryBackoffMaxMs = atLeast(
    0,
    'recoveryBackoffMaxMs',
    options.recoveryBackoffMaxMs ?? recoverDefaults.recoveryBackoffMaxMs,
  );

  return (source) =>
    defer(() => {
      let failures = 0;
      return source.pipe(
        tap((value) => {
          if (isProgress(value)) {
            failures = 0;
          }
        }),
        retry({
          delay: (error): Observable<unknown> => {
            const isHopeless = !recovery || failures >= recoveryRetries || !isZerobusError(error) || !error.isRetryable;
            // Never EMPTY: `retry` takes a notifier that completes for the end of the whole, which would be a silent
            // loss.
            if (isHopeless) {
              return throwError(() => error);
            }
            failures++;
            return timer(backoffMs(failures, { recoveryBackoffMs, recoveryBackoffMaxMs, random }), scheduler);
          },
        }),
      );
    });
}
