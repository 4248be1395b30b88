import jspb from 'google-protobuf';

/** A `google.rpc.ErrorInfo`. */
export interface ErrorInfo {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: ReadonlyMap<string, string>;
}

const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';

/**
 * Reads the ErrorInfo of a serialized `google.rpc.Status`, which is the content of the trailer
 * `grpc-status-details-bin`.
 *
 * @returns `undefined` if the status has no ErrorInfo
 * @throws if the bytes are malformed
 */
export function readErrorInfo(status: Uint8Array): ErrorInfo | undefined {
  const info = statusDetails(status).find(({ typeUrl }) => typeUrl === ERROR_INFO_TYPE);
  return info === undefined ? undefined : parseErrorInfo(info.value);
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
  const info = { reason: '', domain: '', metadata: new Map<string, string>() };
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
