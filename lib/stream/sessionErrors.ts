import { ZerobusError } from '../errors/zerobusError.ts';
import type { Response } from '../wire/parseResponse.ts';

/** The service did not create the stream in time. */
export function creationTimeout(recoveryTimeoutMs: number): ZerobusError {
  return new ZerobusError(
    'STREAM_CREATION_TIMEOUT',
    `The service did not create the stream within ${recoveryTimeoutMs} ms: check the network, or raise recoveryTimeoutMs.`,
  );
}

/** Nothing became durable for too long. */
export function ackTimeout(serverLackOfAckTimeoutMs: number, inFlight: number): ZerobusError {
  return new ZerobusError(
    'ACK_TIMEOUT',
    `Nothing became durable for ${serverLackOfAckTimeoutMs} ms, with ${inFlight} in flight: raise serverLackOfAckTimeoutMs if the service is slow.`,
  );
}

/** The service ended the call with status OK, but owes acks. */
export function endedEarly(): ZerobusError {
  return new ZerobusError('UNAVAILABLE', 'The service ended the stream before everything was acknowledged.');
}

/**
 * Checks that a response comes when the protocol allows it: the creation of the stream first, and only once.
 *
 * @throws {@link ZerobusError} `PROTOCOL_ERROR` if it does not
 */
export function checkExpected(response: Response, isCreating: boolean): void {
  if ((response.kind === 'created') === isCreating) {
    return;
  }
  throw new ZerobusError(
    'PROTOCOL_ERROR',
    isCreating
      ? `The service answered the creation of the stream with ${response.kind === 'ack' ? 'an ack' : 'a close signal'}.`
      : 'The service created the stream twice.',
  );
}

/** The error of a stream of which not everything became durable in time. */
export function flushTimeout(timeoutMs: number): ZerobusError {
  return new ZerobusError(
    'FLUSH_TIMEOUT',
    `Not everything became durable within ${timeoutMs} ms after the last record: raise flushTimeoutMs, or write the unacknowledged records again.`,
  );
}
