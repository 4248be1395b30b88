import { defer, type MonoTypeOperatorFunction, type SchedulerLike, tap } from 'rxjs';
import { isZerobusError } from '../errors/zerobusError.ts';
import { processCounter } from '../telemetry/processCounter.ts';
import { type TokenMessage, tokenChannel } from '../telemetry/tokenChannel.ts';
import { monotonicNow } from '../time/monotonicNow.ts';
import type { TokenResponse } from './fetchToken.ts';

/** How a request has ended. */
type Outcome = TokenMessage extends infer Message
  ? Message extends { readonly durationMs: number }
    ? Omit<Message, 'id' | 'table' | 'durationMs'>
    : never
  : never;

const nextRequestId = processCounter('tokenRequests');

/**
 * Publishes the requests of a source to the channel of tokens, without the token.
 *
 * @param table the table that the token is for: `catalog.schema.table`
 */
export function publishToken(table: string, scheduler: SchedulerLike): MonoTypeOperatorFunction<TokenResponse> {
  return (source) =>
    defer(() => {
      const request = { id: nextRequestId(), table };
      const startedAt = monotonicNow(scheduler);
      let isOver = false;
      const end = (outcome: Outcome): void => {
        if (isOver) {
          return;
        }
        isOver = true;
        if (tokenChannel.hasSubscribers) {
          tokenChannel.publish({ ...request, ...outcome, durationMs: monotonicNow(scheduler) - startedAt });
        }
      };
      if (tokenChannel.hasSubscribers) {
        tokenChannel.publish({ ...request, kind: 'requested' });
      }
      return source.pipe(
        tap({
          next: ({ expiresInMs }) => end({ kind: 'received', expiresInMs }),
          error: (error: unknown) =>
            end({ kind: 'failed', errorCode: isZerobusError(error) ? error.code : 'TOKEN_FETCH_FAILED' }),
          complete: () => end({ kind: 'failed', errorCode: 'TOKEN_FETCH_FAILED' }),
          unsubscribe: () => end({ kind: 'cancelled' }),
        }),
      );
    });
}
