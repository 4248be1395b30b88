import { EphemeralStreamResponse } from '../../proto/messages.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/** What the service sends on a stream. */
export type Response =
  | { readonly kind: 'created'; readonly streamId: string }
  /** `physicalOffset`: every offset of this connection up to it is durable. */
  | { readonly kind: 'ack'; readonly physicalOffset: number }
  /** The service is about to close the stream. `durationMs`: for how long it still acknowledges what was sent. */
  | { readonly kind: 'closeSignal'; readonly durationMs: number };

/**
 * Reads an `EphemeralStreamResponse`.
 *
 * @throws ZerobusError `PROTOCOL_ERROR` where it is malformed, empty or lacks what it must say: an ack without an
 * offset is not an ack of offset 0
 */
export function parseResponse(bytes: Uint8Array): Response {
  const response = decode(bytes);
  const ack = response.getIngestRecordResponse();
  if (ack !== undefined) {
    if (!ack.hasDurabilityAckUpToOffset()) {
      throw new ZerobusError('PROTOCOL_ERROR', 'The service sent an ack without an offset.');
    }
    return { kind: 'ack', physicalOffset: ack.getDurabilityAckUpToOffset() ?? -1 };
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
    return { kind: 'closeSignal', durationMs: Math.max(0, durationMs) };
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
