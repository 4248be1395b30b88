import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

/**
 * The JSON text of a record: a string is taken as ready JSON text, an object is stringified.
 *
 * @throws ZerobusError `INVALID_RECORD` where it has no JSON form that could be a row (a BigInt or a cycle inside, an
 * array, a number, bytes, a google-protobuf message)
 */
export function jsonText(record: object | string): string {
  if (typeof record === 'string') {
    return record;
  }
  assertJsonRecord(record);
  let text: string | undefined;
  try {
    text = JSON.stringify(record);
  } catch (error) {
    throw notJson(error);
  }
  if (!text?.startsWith('{')) {
    throw new ZerobusError(
      'INVALID_RECORD',
      'The record is not a JSON object once it is serialized (its toJSON returned something else).',
    );
  }
  return text;
}

/**
 * Looks at what a record is, not into it.
 *
 * @throws ZerobusError `INVALID_RECORD` where it is neither an object that could be a row nor text
 */
export function assertJsonRecord(record: unknown): asserts record is object | string {
  if (typeof record === 'string') {
    return;
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record) || ArrayBuffer.isView(record)) {
    throw new ZerobusError(
      'INVALID_RECORD',
      `A record of a JSON stream is an object or a JSON string, got ${kindOf(record)}.` +
        (ArrayBuffer.isView(record) ? ' Give a descriptor to send protobuf bytes.' : ''),
    );
  }
  if (isProtobufMessage(record)) {
    throw new ZerobusError(
      'INVALID_RECORD',
      'A google-protobuf message is no record of a JSON stream: give its descriptor to make it a PROTO stream.',
    );
  }
}

/** The failure of a record that throws while it is read. */
export function notJson(error: unknown): ZerobusError {
  return new ZerobusError('INVALID_RECORD', `The record cannot be written as JSON: ${firstLine(error)}.`, {
    cause: error,
  });
}

/**
 * As JSON a google-protobuf message would be its fields by number, which no table has: the service would end the
 * stream.
 */
function isProtobufMessage(record: object): boolean {
  return (
    Object.getPrototypeOf(record) !== Object.prototype &&
    typeof (record as { readonly serializeBinary?: unknown }).serializeBinary === 'function'
  );
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
