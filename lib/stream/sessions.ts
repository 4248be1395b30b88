import { catchError, concat, defer, EMPTY, type Observable, of, repeat, tap, throwError, timer } from 'rxjs';
import { isZerobusError } from '../errors/zerobusError.ts';
import type { StreamHeaders } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import type { Outbox } from './outbox.ts';
import { retryWithBackoff } from './retryWithBackoff.ts';
import type { ServiceAccess } from './serviceAccess.ts';
import { openSession, type SessionOptions } from './session.ts';
import type { SessionEvent } from './sessionEvent.ts';
import type { ResolvedStreamOptions } from './streamOptions.ts';

/** Options of {@link sessions}. */
export interface SessionsOptions
  extends SessionOptions,
    Pick<ServiceAccess, 'invalidateHeaders'>,
    Pick<ResolvedStreamOptions, 'recovery' | 'recoveryRetries' | 'recoveryBackoffMs' | 'random'> {
  readonly outbox: SessionOptions['outbox'] & Pick<Outbox<unknown>, 'rewind'>;
}

/**
 * One session after the other, until everything is durable and nothing more will come.
 *
 * A session that the service asked to end is followed by the next at once; one that failed is followed by the next
 * after a wait, as {@link retryWithBackoff} has it; refused headers are asked for anew, once, and tried at once, where
 * there is recovery at all. Only durable progress renews what was used up of these.
 *
 * Emits the events of all sessions. Completes after the last one; errors with the error that could not be recovered
 * from.
 */
export function sessions(options: SessionsOptions): Observable<SessionEvent> {
  const { outbox, scheduler } = options;
  const mayRetry = options.recovery && options.recoveryRetries > 0;
  return defer(() => {
    let headersInUse: StreamHeaders | undefined;
    let hasRenewedHeaders = false;
    let fruitlessRotations = 0;
    let openedAt = 0;

    const session$ = defer(() => {
      outbox.rewind();
      return openSession({ ...options, headers$: options.headers$.pipe(tap((headers) => (headersInUse = headers))) });
    });

    const renewHeaders = (error: unknown, again$: Observable<SessionEvent>): Observable<SessionEvent> => {
      const isRefusal =
        isZerobusError(error) && (error.code === 'UNAUTHENTICATED' || error.code === 'PERMISSION_DENIED');
      const refused = headersInUse;
      headersInUse = undefined;
      // They are dropped in any case, so that the next stream does not get them again.
      if (
        !isRefusal ||
        refused === undefined ||
        !options.invalidateHeaders(refused) ||
        hasRenewedHeaders ||
        !mayRetry
      ) {
        return throwError(() => error);
      }
      hasRenewedHeaders = true;
      return again$;
    };

    /**
     * A service that keeps asking to leave before anything is durable would otherwise be reconnected to in a hot loop.
     */
    const rotationWait = (): Observable<unknown> => {
      if (outbox.isFinished) {
        return EMPTY;
      }
      fruitlessRotations = scheduler.now() - openedAt > options.recoveryBackoffMaxMs ? 0 : fruitlessRotations + 1;
      return fruitlessRotations <= 1 ? of(true) : timer(backoffMs(fruitlessRotations - 1, options), scheduler);
    };

    return session$.pipe(
      tap((event) => {
        if (event.kind === 'opened') {
          openedAt = scheduler.now();
        }
        if (!isProgress(event)) {
          return;
        }
        hasRenewedHeaders = false;
        fruitlessRotations = 0;
      }),
      catchError(renewHeaders),
      catchError((error: unknown) =>
        concat(
          of({ kind: 'broken', error } as const),
          throwError(() => error),
        ),
      ),
      repeat({ delay: rotationWait }),
      retryWithBackoff({ ...options, isProgress }),
    );
  });
}

function isProgress(event: SessionEvent): boolean {
  return event.kind === 'durable' || event.kind === 'outlived';
}
