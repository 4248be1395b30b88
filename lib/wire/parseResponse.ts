import { EphemeralStreamResponse } from '../../proto/messages.ts';
import { boundedDuration } from '../errors/checkNumber.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/** A message of the service on a stream. */
export type Response =
  | { readonly kind: 'created'; readonly streamId: string }
  /** Every offset of this connection up to `physicalOffset` is durable. */
  | { readonly kind: 'ack'; readonly physicalOffset: number }
  /**
   * The service is about to close the stream. It still acknowledges what was sent for `durationMs`, at most 24 days.
   */
  | { readonly kind: 'closeSignal'; readonly durationMs: number };

/**
 * Parses an `EphemeralStreamResponse`.
 *
 * @throws {@link ZerobusError} `PROTOCOL_ERROR` if the response is malformed, is empty or lacks a required field; an
 * ack without an offset is not an ack of offset 0
 */
export function parseResponse(bytes: Uint8Array): Response {
  const response = decode(bytes);
  const ack = response.getIngestRecordResponse();
  if (ack !== undefined) {
    if (!ack.hasDurabilityAckUpToOffset()) {
      throw new ZerobusError('PROTOCOL_ERROR', 'The service sent an ack without an offset.');
    }
    // google-protobuf reads an integer past 2^53 as a text.
    return { kind: 'ack', physicalOffset: Number(ack.getDurabilityAckUpToOffset()) };
  }
  const created = response.getCreateStreamResponse();
  if (created !== undefined) {
    const streamId = created.getStreamId() ?? '';
    if (streamId === '') {
      throw new ZerobusError('PROTOCOL_ERROR', 'The service created a stream without a stream id.');
    }
    return { kind: 'created', streamId };
  }
  const signal = response.getCloseStreamSignal();
  if (signal !== undefined) {
    const duration = signal.getDuration();
    const durationMs = duration === undefined ? 0 : duration.getSeconds() * 1000 + duration.getNanos() / 1e6;
    return { kind: 'closeSignal', durationMs: boundedDuration(durationMs) };
  }
  throw new ZerobusError('PROTOCOL_ERROR', 'The service sent a response of an unknown kind.');
}

function decode(bytes: Uint8Array): EphemeralStreamResponse {
  try {
    return EphemeralStreamResponse.deserializeBinary(bytes);
  } catch (cause) {
    throw new ZerobusError('PROTOCOL_ERROR', 'The service sent a response that is not an EphemeralStreamResponse.', {
      cause,
    });
  }
}
