import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const protoFile = fileURLToPath(new URL('../../../../proto/zerobus_service.proto', import.meta.url));
const root = protobuf.loadSync(protoFile);

/** Another implementation of the wire format than the server's own, to hold it against. */
export const requestType: protobuf.Type = root.lookupType('databricks.zerobus.EphemeralStreamRequest');

/** The responses, read by protobufjs. */
export const responseType: protobuf.Type = root.lookupType('databricks.zerobus.EphemeralStreamResponse');

/** A response as plain data: int64 as number, absent fields left out. */
export interface PlainResponse {
  createStreamResponse?: { streamId?: string };
  ingestRecordResponse?: { durabilityAckUpToOffset?: number };
  closeStreamSignal?: { duration?: { seconds?: number; nanos?: number } };
}

/** Encodes a request given as plain data in protobufjs' camelCase. */
export function encodeRequest(request: object): Buffer {
  return Buffer.from(requestType.encode(requestType.create(request)).finish());
}

/** Decodes a response. */
export function decodeResponse(bytes: Uint8Array): PlainResponse {
  return responseType.toObject(responseType.decode(bytes), { longs: Number }) as PlainResponse;
}
