import { type Cursor, readVarint, varintSize, writeVarint } from '../wire/varint.ts';

/** One field of a serialized message. Keeping all fields keeps the unknown ones too. */
export interface WireField {
  readonly number: number;
  /** The bytes after the tag, without the length of a length-delimited field. */
  readonly value: Buffer;
  readonly isLengthDelimited: boolean;
  /** The field number and the wire type. */
  readonly tag: number;
}

/**
 * Splits a serialized protobuf message into its fields.
 *
 * @throws RangeError if the bytes are not a protobuf message
 */
export function readFields(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  const cursor: Cursor = { position: 0 };
  while (cursor.position < message.length) {
    const tag = readVarint(message, cursor);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    const isLengthDelimited = wireType === 2;
    const length = isLengthDelimited ? readVarint(message, cursor) : undefined;
    const start = cursor.position;
    if (wireType === 0) {
      readVarint(message, cursor);
    } else if (wireType === 1) {
      cursor.position += 8;
    } else if (wireType === 5) {
      cursor.position += 4;
    } else if (length !== undefined) {
      cursor.position += length;
    } else {
      throw new RangeError(`The wire type ${wireType} is not supported.`);
    }
    if (cursor.position > message.length || number === 0) {
      throw new RangeError('A field is truncated.');
    }
    fields.push({ number, value: message.subarray(start, cursor.position), isLengthDelimited, tag });
  }
  return fields;
}

/** Serializes a message from its fields. */
export function writeFields(fields: readonly WireField[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ tag, value, isLengthDelimited }) =>
      isLengthDelimited ? [varintBytes(tag), varintBytes(value.length), value] : [varintBytes(tag), value],
    ),
  );
}

/** Creates a field of bytes, text or a nested message. */
export function lengthDelimited(number: number, value: Buffer): WireField {
  return { number, value, isLengthDelimited: true, tag: number * 8 + 2 };
}

/** Returns the text of the first field with a number, or an empty text if there is none. */
export function textOf(fields: readonly WireField[], number: number): string {
  return fields.find((field) => field.number === number)?.value.toString('utf8') ?? '';
}

function varintBytes(value: number): Buffer {
  const bytes = Buffer.alloc(varintSize(value));
  writeVarint(bytes, 0, value);
  return bytes;
}
