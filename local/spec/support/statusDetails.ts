import type { StatusObject } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`);

/** `google.rpc.Status` as plain data. */
export interface PlainStatus {
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

/** `google.rpc.ErrorInfo` as plain data. */
export interface PlainErrorInfo {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a serialized `google.rpc.Status`. */
export function decodeStatus(bytes: Uint8Array): PlainStatus {
  const type = root.lookupType('Status');
  return type.toObject(type.decode(bytes), { defaults: true }) as PlainStatus;
}

/** Reads a serialized `google.rpc.ErrorInfo`. */
export function decodeErrorInfo(bytes: Uint8Array): PlainErrorInfo {
  const type = root.lookupType('ErrorInfo');
  return type.toObject(type.decode(bytes), { defaults: true }) as PlainErrorInfo;
}

/** The ErrorInfo of a status, if it has one. */
export function errorInfoOf(status: StatusObject): PlainErrorInfo | undefined {
  const bytes = status.metadata.get('grpc-status-details-bin')[0];
  if (!(bytes instanceof Buffer)) {
    return undefined;
  }
  const detail = decodeStatus(bytes).details[0];
  return detail?.typeUrl === 'type.googleapis.com/google.rpc.ErrorInfo' ? decodeErrorInfo(detail.value) : undefined;
}
