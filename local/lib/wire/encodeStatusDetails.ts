import { ProtobufWriter } from './protobufWriter.ts';

/** `google.rpc.ErrorInfo`: the machine-readable part of an error. */
export interface ErrorInfo {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes the value of the `grpc-status-details-bin` trailer: a `google.rpc.Status` with an `ErrorInfo`.
 *
 * @param code the gRPC status number
 */
export function encodeStatusDetails(code: number, message: string, errorInfo: ErrorInfo): Buffer {
  const info = new ProtobufWriter().bytes(1, errorInfo.reason).bytes(2, errorInfo.domain);
  for (const [key, value] of Object.entries(errorInfo.metadata)) {
    info.bytes(3, new ProtobufWriter().bytes(1, key).bytes(2, value).finish());
  }
  const any = new ProtobufWriter().bytes(1, 'type.googleapis.com/google.rpc.ErrorInfo').bytes(2, info.finish());
  return new ProtobufWriter().integer(1, code).bytes(2, message).bytes(3, any.finish()).finish();
}
