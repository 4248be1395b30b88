import { ProtobufWriter } from './protobufWriter.ts';

/** Encodes the `EphemeralStreamResponse` to `create_stream`. */
export function encodeCreateStreamResponse(streamId: string): Buffer {
  return new ProtobufWriter().bytes(1, new ProtobufWriter().bytes(1, streamId).finish()).finish();
}

/**
 * Encodes an `EphemeralStreamResponse` that acknowledges every offset up to and including `offset`.
 *
 * @param offset undefined omits the field, which clients must treat as a protocol error
 */
export function encodeAck(offset: number | undefined): Buffer {
  const ack = new ProtobufWriter();
  if (offset !== undefined) {
    ack.integer(1, offset);
  }
  return new ProtobufWriter().bytes(2, ack.finish()).finish();
}

/** Encodes the close signal, an `EphemeralStreamResponse`: the stream ends in `durationMs` milliseconds. */
export function encodeCloseStreamSignal(durationMs: number): Buffer {
  const duration = new ProtobufWriter();
  const seconds = Math.trunc(durationMs / 1000);
  const nanos = Math.round((durationMs - seconds * 1000) * 1e6);
  if (seconds !== 0) {
    duration.integer(1, seconds);
  }
  if (nanos !== 0) {
    duration.integer(2, nanos);
  }
  return new ProtobufWriter().bytes(3, new ProtobufWriter().bytes(1, duration.finish()).finish()).finish();
}
