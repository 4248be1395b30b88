import { isZerobusError, type OffsetRange, ZerobusError, type ZerobusErrorOptions } from '../errors/zerobusError.ts';
import { isContentRefusal } from './contentRefusal.ts';
import type { Lane } from './lane.ts';
import type { Outbox } from './outbox.ts';

/** Returns the error of a stream, with the place of what the service has refused. */
export function streamFailure(
  error: unknown,
  { sentCount, sentOffsets }: Pick<Outbox<unknown>, 'sentCount' | 'sentOffsets'>,
  lane: Lane | undefined,
): ZerobusError {
  const known = isZerobusError(error)
    ? error
    : new ZerobusError('INTERNAL', 'An unexpected error ended the stream: see its cause.', {
        cause: error,
        isRetryable: false,
      });
  return isContentRefusal(known, sentCount) ? known.with(placeOf(sentOffsets, lane)) : known;
}

/** Where a refused record is, in an error. */
function placeOf(sent: OffsetRange, lane: Lane | undefined): Pick<ZerobusErrorOptions, 'offset' | 'offsets'> {
  const first = lane === undefined ? sent.first : lane.sourceOffset(sent.first);
  const last = lane === undefined ? sent.last : lane.sourceOffset(sent.last);
  return first === last ? { offset: first } : { offsets: { first, last } };
}
