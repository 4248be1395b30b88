import { type Cursor, readVarint, varintSize, writeVarint } from '../wire/varint.ts';

/** One field as it stands on the wire: whatever is not understood of a message is kept by keeping these. */
export interface WireField {
  readonly number: number;
  /** The bytes behind the tag; of a length-delimited field without the length. */
  readonly value: Buffer;
  readonly isLengthDelimited: boolean;
  /** The tag as it is written. */
  readonly tag: number;
}

/**
 * Takes a protobuf message apart into its fields.
 *
 * @throws RangeError where the bytes are none
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
      throw new RangeError(`wire type ${wireType}`);
    }
    if (cursor.position > message.length || number === 0) {
      throw new RangeError('a field is cut off');
    }
    fields.push({ number, value: message.subarray(start, cursor.position), isLengthDelimited, tag });
  }
  return fields;
}

/** Puts fields together again. */
export function writeFields(fields: readonly WireField[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ tag, value, isLengthDelimited }) =>
      isLengthDelimited ? [varintBytes(tag), varintBytes(value.length), value] : [varintBytes(tag), value],
    ),
  );
}

/** A field of bytes, of text, or with a message in it. */
export function lengthDelimited(number: number, value: Buffer): WireField {
  return { number, value, isLengthDelimited: true, tag: number * 8 + 2 };
}

/** The text of the first field with a number; empty where there is none. */
export function textOf(fields: readonly WireField[], number: number): string {
  return fields.find((field) => field.number === number)?.value.toString('utf8') ?? '';
}

function varintBytes(value: number): Buffer {
  const bytes = Buffer.alloc(varintSize(value));
  writeVarint(bytes, 0, value);
  return bytes;
}
