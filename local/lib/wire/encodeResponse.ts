import { ProtobufWriter } from './protobufWriter.ts';

/** An `EphemeralStreamResponse` that says the stream is open. */
export function encodeCreateStreamResponse(streamId: string): Buffer {
  return new ProtobufWriter().bytes(1, new ProtobufWriter().bytes(1, streamId).finish()).finish();
}

/**
 * An `EphemeralStreamResponse` that acknowledges every offset up to `offset`, that one included.
 *
 * @param offset undefined leaves the field out, which a client has to take for a protocol error
 */
export function encodeAck(offset: number | undefined): Buffer {
  const ack = new ProtobufWriter();
  if (offset !== undefined) {
    ack.integer(1, offset);
  }
  return new ProtobufWriter().bytes(2, ack.finish()).finish();
}

/** An `EphemeralStreamResponse` that asks the client to leave: the stream ends in `durationMs`. */
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
