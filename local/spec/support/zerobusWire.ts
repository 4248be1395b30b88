import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const protoFile = fileURLToPath(new URL('../../../../proto/zerobus_service.proto', import.meta.url));
const root = protobuf.loadSync(protoFile);

/** An implementation of the wire format that is independent of the server's, for comparison. */
export const requestType: protobuf.Type = root.lookupType('databricks.zerobus.EphemeralStreamRequest');

/** The responses, read by protobufjs. */
export const responseType: protobuf.Type = root.lookupType('databricks.zerobus.EphemeralStreamResponse');

/** A response as plain data, with int64 as numbers and without absent fields. */
export interface PlainResponse {
  createStreamResponse?: { streamId?: string };
  ingestRecordResponse?: { durabilityAckUpToOffset?: number };
  closeStreamSignal?: { duration?: { seconds?: number; nanos?: number } };
}

/** Encodes a request from plain data, in the camelCase of protobufjs. */
export function encodeRequest(request: object): Buffer {
  return Buffer.from(requestType.encode(requestType.create(request)).finish());
}

/** Decodes a response. */
export function decodeResponse(bytes: Uint8Array): PlainResponse {
  return responseType.toObject(responseType.decode(bytes), { longs: Number }) as PlainResponse;
}
