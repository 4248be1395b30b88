import { type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import jspb from 'google-protobuf';
import { ZerobusError, type ZerobusErrorCode } from '../errors/zerobusError.ts';

const SCHEMA_VALIDATION_FAILED = 'SCHEMA_VALIDATION_FAILED';
const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';

interface ErrorInfo {
  reason: string;
  domain: string;
  metadata: Map<string, string>;
}

/**
 * The error of a call that ended with a gRPC status other than OK. A rejected schema, which the service reports as
 * `INVALID_ARGUMENT` with a `google.rpc.ErrorInfo` of reason `SCHEMA_VALIDATION_FAILED`, becomes `INVALID_SCHEMA`.
 *
 * The message text of the service is passed on, but never parsed.
 */
export function statusError(call: Pick<StatusObject, 'code' | 'details' | 'metadata'>): ZerobusError {
  const code = (status[call.code] ?? 'UNKNOWN') as ZerobusErrorCode;
  const info = errorInfo(call.metadata);
  if (info?.reason === SCHEMA_VALIDATION_FAILED) {
    const schemaCauses = (info.metadata.get('causes') ?? '')
      .split(',')
      .map((cause) => cause.trim())
      .filter((cause) => cause !== '');
    return new ZerobusError('INVALID_SCHEMA', call.details, { schemaCauses });
  }
  return new ZerobusError(code, call.details === '' ? `The call ended with status ${code}.` : call.details);
}

/**
 * The ErrorInfo out of the trailer `grpc-status-details-bin`, a `google.rpc.Status`; `undefined` where there is none to
 * read.
 */
function errorInfo(metadata: Metadata): ErrorInfo | undefined {
  for (const value of metadata.get('grpc-status-details-bin')) {
    if (typeof value === 'string') {
      continue;
    }
    try {
      for (const detail of statusDetails(value)) {
        if (detail.typeUrl === ERROR_INFO_TYPE) {
          return parseErrorInfo(detail.value);
        }
      }
    } catch {
      // Details that can't be read say nothing; the status itself is reported all the same.
    }
  }
  return undefined;
}

/** `google.rpc.Status.details` (3): `google.protobuf.Any { type_url = 1, value = 2 }`. */
function statusDetails(bytes: Uint8Array): { typeUrl: string; value: Uint8Array }[] {
  const details: { typeUrl: string; value: Uint8Array }[] = [];
  eachField(bytes, (field, reader) => {
    if (field !== 3) {
      return reader.skipField();
    }
    const detail: { typeUrl: string; value: Uint8Array } = { typeUrl: '', value: new Uint8Array() };
    eachField(reader.readBytes(), (anyField, anyReader) => {
      if (anyField === 1) {
        detail.typeUrl = anyReader.readString();
      } else if (anyField === 2) {
        detail.value = anyReader.readBytes();
      } else {
        anyReader.skipField();
      }
    });
    details.push(detail);
  });
  return details;
}

/** `google.rpc.ErrorInfo { reason = 1, domain = 2, map<string, string> metadata = 3 }`. */
function parseErrorInfo(bytes: Uint8Array): ErrorInfo {
  const info: ErrorInfo = { reason: '', domain: '', metadata: new Map() };
  eachField(bytes, (field, reader) => {
    if (field === 1) {
      info.reason = reader.readString();
    } else if (field === 2) {
      info.domain = reader.readString();
    } else if (field === 3) {
      let key = '';
      let value = '';
      eachField(reader.readBytes(), (entryField, entryReader) => {
        if (entryField === 1) {
          key = entryReader.readString();
        } else if (entryField === 2) {
          value = entryReader.readString();
        } else {
          entryReader.skipField();
        }
      });
      info.metadata.set(key, value);
    } else {
      reader.skipField();
    }
  });
  return info;
}

function eachField(bytes: Uint8Array, read: (field: number, reader: jspb.BinaryReader) => void): void {
  const reader = new jspb.BinaryReader(bytes);
  while (reader.nextField()) {
    read(reader.getFieldNumber(), reader);
  }
}
