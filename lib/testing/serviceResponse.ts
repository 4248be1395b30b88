import duration from 'google-protobuf/google/protobuf/duration_pb.js';
import {
  CloseStreamSignal,
  CreateIngestStreamResponse,
  EphemeralStreamResponse,
  IngestRecordResponse,
} from '../../proto/messages.ts';

/** Serializes the response that creates a stream. */
export function createdResponse(streamId: string): Uint8Array {
  const response = new EphemeralStreamResponse();
  const created = new CreateIngestStreamResponse();
  created.setStreamId(streamId);
  response.setCreateStreamResponse(created);
  return response.serializeBinary();
}

/**
 * Serializes an ack.
 *
 * @param physicalOffset everything up to this offset of the connection is durable. If undefined, the field is missing.
 */
export function ackResponse(physicalOffset: number | undefined): Uint8Array {
  const response = new EphemeralStreamResponse();
  const ack = new IngestRecordResponse();
  if (physicalOffset !== undefined) {
    ack.setDurabilityAckUpToOffset(physicalOffset);
  }
  response.setIngestRecordResponse(ack);
  return response.serializeBinary();
}

/** Serializes the signal that the service closes the connection after a time. */
export function closeSignalResponse(durationMs: number): Uint8Array {
  const response = new EphemeralStreamResponse();
  const signal = new CloseStreamSignal();
  const wait = new duration.Duration();
  wait.setSeconds(Math.floor(durationMs / 1000));
  wait.setNanos((durationMs % 1000) * 1e6);
  signal.setDuration(wait);
  response.setCloseStreamSignal(signal);
  return response.serializeBinary();
}
