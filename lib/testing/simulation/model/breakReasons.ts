import type { CallModel } from './callModel.ts';
import type { ModelContext } from './modelContext.ts';

const headerCodes: ReadonlySet<string> = new Set([
  'TOKEN_FETCH_FAILED',
  'INVALID_CREDENTIALS',
  'HEADERS_PROVIDER_FAILED',
]);

/**
 * Whether the client has a reason of its own to break a connection: a deadline, or the headers.
 *
 * @param call the call, if there is one
 * @param connectingAt when the stream has begun to connect
 */
export function hasReason(
  code: string,
  call: CallModel | undefined,
  connectingAt: number,
  { now, limits }: ModelContext,
): boolean {
  const isCreating = call === undefined || call.phase === 'creating' || call.phase === 'over';
  return (
    (code === 'ACK_TIMEOUT' && call?.isOverdue === true) ||
    (code === 'STREAM_CREATION_TIMEOUT' && isCreating && now() === connectingAt + limits.recoveryTimeoutMs) ||
    (headerCodes.has(code) && call === undefined)
  );
}

/** Whether nothing of a stream is waiting or in flight, or `undefined` if that cannot be seen from outside. */
export function hasLostNothing(lane: number, { book, limits, isOpenWorld }: ModelContext): boolean | undefined {
  if (book.countSent(lane) > 0) {
    return false;
  }
  const isWaiting = book.entries.some(({ place }) => place === 'queued' || place === 'unseen');
  const isCertain = limits.streams === 1 && limits.overflow === 'error' && !isOpenWorld;
  return isWaiting ? (isCertain ? false : undefined) : true;
}
