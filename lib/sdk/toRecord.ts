import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { assertJsonRecord } from '../wire/jsonText.ts';

/** A google-protobuf message. */
export interface GoogleProtobufMessage {
  /** The message as bytes. */
  serializeBinary(): Uint8Array;
}

/** A message that can encode itself: to bytes, or to a protobufjs writer. */
export interface EncodableMessage {
  /** The message as bytes, or as a writer whose `finish` gives them. */
  encode(): Uint8Array | { finish(): Uint8Array };
}

/**
 * A record in any of the forms that `ZerobusStream` takes. On JSON streams: a plain object, or JSON text. On PROTO
 * streams: a serialized message, a google-protobuf message, anything with a protobufjs-style `encode` (its own or its
 * class's), or, where the stream was created with a table definition, a row.
 */
export type Payload = ZerobusRecord | GoogleProtobufMessage | EncodableMessage;

/**
 * What the engine takes for a payload: JSON text or bytes, an object or a row as it is.
 *
 * @param takesRows whether the stream was created with a table definition
 * @throws ZerobusError `INVALID_RECORD` where it is none of the forms that a stream of this format takes
 */
export function toRecord(payload: Payload, format: RecordFormat, takesRows: boolean): ZerobusRecord {
  if (format === 'JSON') {
    assertJsonRecord(payload);
    return payload;
  }
  if (payload instanceof Uint8Array) {
    return payload;
  }
  const bytes = encoded(payload);
  if (bytes !== undefined) {
    return bytes;
  }
  if (takesRows && typeof payload === 'object') {
    return payload;
  }
  throw new ZerobusError(
    'INVALID_RECORD',
    `A record of a PROTO stream is a serialized message or one that can be serialized, got ${kindOf(payload)}.`,
  );
}

/** The bytes of a message that brings its own encoder; `undefined` where it brings none. */
function encoded(payload: unknown): Uint8Array | undefined {
  if (typeof payload !== 'object' || payload === null) {
    return undefined;
  }
  if (hasMethod(payload, 'serializeBinary')) {
    return asBytes(payload.serializeBinary());
  }
  if (hasMethod(payload, 'encode')) {
    return asBytes(payload.encode());
  }
  const type: unknown = payload.constructor;
  return type !== Object && typeof type === 'function' && hasMethod(type, 'encode')
    ? asBytes(type.encode(payload))
    : undefined;
}

/** protobufjs encodes into a writer, whose `finish` gives the bytes. */
function asBytes(result: unknown): Uint8Array {
  const bytes = typeof result === 'object' && result !== null && hasMethod(result, 'finish') ? result.finish() : result;
  if (bytes instanceof Uint8Array) {
    return bytes;
  }
  throw new ZerobusError('INVALID_RECORD', 'The record could not be serialized: its encode() gave no bytes.');
}

function hasMethod<Name extends string>(
  value: object,
  name: Name,
): value is Record<Name, (...args: unknown[]) => unknown> {
  return typeof (value as Record<string, unknown>)[name] === 'function';
}
