import { catchError, concat, defer, EMPTY, mergeMap, type Observable, of, repeat, tap, throwError, timer } from 'rxjs';
import { isZerobusError, type ZerobusError } from '../errors/zerobusError.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import type { StreamHeaders } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import { isContentRefusal } from './contentRefusal.ts';
import type { EventReporter } from './eventReporter.ts';
import type { Outbox } from './outbox.ts';
import { retryWithBackoff } from './retryWithBackoff.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import { openSession } from './session.ts';
import type { SessionEvent } from './sessionEvent.ts';
import type { SessionOptions } from './sessionOptions.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Options of {@link sessions}. */
export interface SessionsOptions
  extends SessionOptions,
    Pick<ServiceAccess, 'invalidateHeaders'>,
    Pick<ResolvedStreamOptions, 'recovery' | 'recoveryRetries' | 'recoveryBackoffMs' | 'random'> {
  readonly outbox: SessionOptions['outbox'] & Pick<Outbox<unknown>, 'rewind' | 'replay'>;
  /**
   * Called if the service refuses what is in flight because of its content. Returns whether the next session is to
   * send it in smaller parts, at once. Defaults to a failure.
   */
  readonly onRefusal?: ((error: ZerobusError) => boolean) | undefined;
  /** Reports what happens. */
  readonly reporter: EventReporter;
  /** Called when a connection has ended in order. */
  readonly onConnectionClosed: () => void;
}

/** The number of renewals without durable progress that do not wait. */
const RENEWALS_AT_ONCE = 2;

/**
 * Runs one session after the other, until everything is durable and the outbox is closed.
 *
 * If the service asks to close a session, the next session starts at once. If a session fails, the next session starts
 * after a wait, see {@link retryWithBackoff}. If the service refuses the headers and recovery is on, the next session
 * starts with new headers. If the service refuses these too, the stream ends. A session that opens proves that the
 * service took its headers, so a later refusal renews them again. If a connection of a stream that was open breaks
 * before that, the question is open, and a later refusal renews them again, too.
 *
 * Only durable progress resets the count of failures and the count of renewals. Failures of a stream that has nothing
 * to send are forgiven while another stream of the operator makes progress.
 *
 * Emits the events of all sessions. Completes after the last session. Errors if a session fails and no further attempt
 * is allowed.
 */
export function sessions(options: SessionsOptions): Observable<SessionEvent> {
  const { outbox, scheduler, reporter } = options;
  const mayRetry = options.recovery && options.recoveryRetries > 0;
  return defer(() => {
    let headersInUse: StreamHeaders | undefined;
    /** Whether the service has not yet taken the headers since they were renewed. */
    let isRenewalUnproven = false;
    /** The number of renewals since the last durable progress. */
    let fruitlessRenewals = 0;
    /** Whether the next headers are a renewal. */
    let isRenewing = false;
    let fruitlessRotations = 0;
    let openedAt = 0;
    let hasOpened = false;
    /** The durable progress of all streams of the operator at the last failure. */
    let progressAtFailure = 0;

    const onHeaders = (headers: StreamHeaders): void => {
      headersInUse = headers;
      if (isRenewing) {
        isRenewing = false;
        reporter.report({ kind: 'tokenRenewed' });
      }
    };

    const onRetry = (attempt: number, waitMs: number): void => reporter.report({ kind: 'retry', attempt, waitMs });

    const session$ = defer(() => {
      outbox.rewind();
      reporter.report({ kind: 'connecting' });
      return openSession({ ...options, headers$: options.headers$.pipe(tap(onHeaders)) }).pipe(
        tap({ complete: options.onConnectionClosed, unsubscribe: options.onConnectionClosed }),
      );
    });

    const narrowDown = (error: unknown, again$: Observable<SessionEvent>): Observable<SessionEvent> => {
      if (!isContentRefusal(error, outbox.sentCount) || options.onRefusal?.(error) !== true) {
        return throwError(() => error);
      }
      reporter.onBroken(error);
      return outbox.isFinished ? EMPTY : concat(of({ kind: 'broken', error } as const), again$);
    };

    const renewHeaders = (error: unknown, again$: Observable<SessionEvent>): Observable<SessionEvent> => {
      reporter.onBroken(error);
      const isRefusal =
        isZerobusError(error) && (error.code === 'UNAUTHENTICATED' || error.code === 'PERMISSION_DENIED');
      const refused = headersInUse;
      headersInUse = undefined;
      if (hasOpened && !isRefusal && isZerobusError(error) && error.isRetryable) {
        // Whether the service takes the renewed headers remains open, and it may be another server by now.
        isRenewalUnproven = false;
      }
      // The provider drops them even without a retry, so that the next stream does not get them again.
      if (
        !isRefusal ||
        refused === undefined ||
        !options.invalidateHeaders(refused) ||
        isRenewalUnproven ||
        !mayRetry ||
        fruitlessRenewals > options.recoveryRetries
      ) {
        return throwError(() => error);
      }
      isRenewalUnproven = true;
      isRenewing = true;
      fruitlessRenewals++;
      // A service that takes all headers and refuses them afterwards must not be called in a hot loop.
      const waits = fruitlessRenewals - RENEWALS_AT_ONCE;
      if (waits <= 0) {
        return again$;
      }
      const waitMs = backoffMs(waits, options);
      onRetry(waits, waitMs);
      return timer(waitMs, scheduler).pipe(mergeMap(() => again$));
    };

    /**
     * Slows down the rotation if the service keeps asking to close sessions before anything is durable. Without it, the
     * client would reconnect in a hot loop.
     */
    const rotationWait = (): Observable<unknown> => {
      if (outbox.isFinished) {
        return EMPTY;
      }
      fruitlessRotations =
        monotonicNow(scheduler) - openedAt > options.recoveryBackoffMaxMs ? 0 : fruitlessRotations + 1;
      if (fruitlessRotations <= 1) {
        return of(true);
      }
      const waitMs = backoffMs(fruitlessRotations - 1, options);
      onRetry(fruitlessRotations - 1, waitMs);
      return timer(waitMs, scheduler);
    };

    /**
     * Whether this stream had nothing to send, and another one of the operator has made progress since the last
     * failure.
     */
    const isForgiven = (): boolean => {
      const progress = options.lane?.progressCount() ?? 0;
      const hasProgress = progress !== progressAtFailure;
      progressAtFailure = progress;
      return hasProgress && outbox.isIdle;
    };

    return session$.pipe(
      tap((event) => {
        reporter.onSessionEvent(event, outbox);
        if (event.kind === 'opened') {
          openedAt = monotonicNow(scheduler);
          hasOpened = true;
          isRenewalUnproven = false;
        }
        if (!isProgress(event)) {
          return;
        }
        fruitlessRenewals = 0;
        fruitlessRotations = 0;
      }),
      catchError(narrowDown),
      catchError(renewHeaders),
      catchError((error: unknown) =>
        concat(
          of({ kind: 'broken', error } as const),
          throwError(() => error),
        ),
      ),
      repeat({ delay: rotationWait }),
      retryWithBackoff({ ...options, isProgress, isForgiven, onRetry }),
    );
  });
}

function isProgress(event: SessionEvent): boolean {
  return event.kind === 'progress' || event.kind === 'outlived';
}
