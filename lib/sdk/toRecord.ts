import { types } from 'node:util';
import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { assertJsonRecord } from '../wire/jsonText.ts';

/** A google-protobuf message. */
export interface GoogleProtobufMessage {
  /** Returns the message as bytes. */
  serializeBinary(): Uint8Array;
}

/** A message that encodes itself to bytes, or to a protobufjs writer. */
export interface EncodableMessage {
  /** Returns the message as bytes, or a writer whose `finish` returns them. */
  encode(): Uint8Array | { finish(): Uint8Array };
}

/**
 * A record in any form that `ZerobusStream` takes.
 *
 * - JSON streams take plain objects and JSON text.
 * - PROTO streams take serialized messages, google-protobuf messages, and objects with a protobufjs-style `encode`,
 *   their own or their class's. If the stream was created with a table definition, they also take rows.
 */
export type Payload = ZerobusRecord | GoogleProtobufMessage | EncodableMessage;

/**
 * Converts a payload into a record for the engine. Messages become bytes; text, bytes, objects and rows stay as they
 * are.
 *
 * @param takesRows whether the stream was created with a table definition
 * @throws {@link ZerobusError} `INVALID_RECORD` if a stream of this format does not take the payload
 */
export function toRecord(payload: Payload, format: RecordFormat, takesRows: boolean): ZerobusRecord {
  if (format === 'JSON') {
    assertJsonRecord(payload);
    return payload;
  }
  if (types.isUint8Array(payload)) {
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
    `A record of a PROTO stream must be a serialized message or one that can be serialized, got ${kindOf(payload)}.`,
  );
}

/** Returns the bytes of a message that has an encoder, or `undefined` if it has no encoder. */
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
  return typeof type === 'function' && hasMethod(type, 'encode') ? asBytes(type.encode(payload)) : undefined;
}

/** Returns the bytes an encoder made. protobufjs returns a writer, whose `finish` returns them. */
function asBytes(result: unknown): Uint8Array {
  const bytes = typeof result === 'object' && result !== null && hasMethod(result, 'finish') ? result.finish() : result;
  if (types.isUint8Array(bytes)) {
    return bytes;
  }
  throw new ZerobusError('INVALID_RECORD', 'The record could not be serialized: its encode() must return bytes.');
}

function hasMethod<Name extends string>(
  value: object,
  name: Name,
): value is Record<Name, (...args: unknown[]) => unknown> {
  return typeof (value as Record<string, unknown>)[name] === 'function';
}
