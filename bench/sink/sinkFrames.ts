import { CreateIngestStreamResponse, EphemeralStreamResponse, IngestRecordResponse } from '../../proto/messages.ts';
import { grpcFrame } from '../wire/grpcFrame.ts';

/** The response to `create_stream`. */
export function createdFrame(streamId: string): Buffer {
  const created = new CreateIngestStreamResponse();
  created.setStreamId(streamId);
  const response = new EphemeralStreamResponse();
  response.setCreateStreamResponse(created);
  return grpcFrame(response.serializeBinary());
}

/** An ack of every offset up to this one. */
export function ackFrame(offset: number): Buffer {
  const ack = new IngestRecordResponse();
  ack.setDurabilityAckUpToOffset(offset);
  const response = new EphemeralStreamResponse();
  response.setIngestRecordResponse(ack);
  return grpcFrame(response.serializeBinary());
}
