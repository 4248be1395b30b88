import { defer, type MonoTypeOperatorFunction, type Observable, retry, tap, throwError, timer } from 'rxjs';
import { isZerobusError } from '../errors/zerobusError.ts';
import { backoffMs } from './backoff.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Options of {@link retryWithBackoff}. */
export interface RetryWithBackoffOptions<T>
  extends Pick<
    ResolvedStreamOptions,
    'recovery' | 'recoveryRetries' | 'recoveryBackoffMs' | 'recoveryBackoffMaxMs' | 'scheduler' | 'random'
  > {
  /** Returns whether a value resets the count of failures. */
  readonly isProgress: (value: T) => boolean;
  /**
   * Called at each failure. Returns whether the failures before it are forgiven, so that they do not use up the
   * retries. The waits become longer all the same. Defaults to `false`.
   */
  readonly isForgiven?: (() => boolean) | undefined;
  /** Called before each wait with the number of the attempt that follows, from 1, and the wait in milliseconds. */
  readonly onRetry?: ((attempt: number, waitMs: number) => void) | undefined;
}

/**
 * Resubscribes to a failed source after a wait. This is the operator behind `recover` and behind the reconnections of a
 * stream. If the server asks for a wait, the wait is at least as long. It expects options that are checked and
 * complete.
 */
export function retryWithBackoff<T>(options: RetryWithBackoffOptions<T>): MonoTypeOperatorFunction<T> {
  const { recovery, recoveryRetries, isProgress, scheduler } = options;
  return (source) =>
    defer(() => {
      let failures = 0;
      let forgiven = 0;
      return source.pipe(
        tap((value) => {
          if (isProgress(value)) {
            failures = 0;
            forgiven = 0;
          }
        }),
        retry({
          delay: (error): Observable<unknown> => {
            if (options.isForgiven?.() === true) {
              forgiven = failures;
            }
            const isExhausted = failures - forgiven >= recoveryRetries;
            const isHopeless = !recovery || isExhausted || !isZerobusError(error) || !error.isRetryable;
            // Never EMPTY: `retry` completes if the notifier completes, so the error would be lost.
            if (isHopeless) {
              return throwError(() => error);
            }
            failures++;
            const waitMs = Math.max(backoffMs(failures, options), error.retryAfterMs ?? 0);
            options.onRetry?.(failures, waitMs);
            return timer(waitMs, scheduler);
          },
        }),
      );
    });
}
