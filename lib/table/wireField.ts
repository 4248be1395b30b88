import { varintSize, writeVarint } from '../wire/varint.ts';

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
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at++];
      if (byte === undefined || scale > 2 ** 63) {
        throw new RangeError('a varint is cut off');
      }
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
      scale *= 0x80;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    const isLengthDelimited = wireType === 2;
    const length = isLengthDelimited ? varint() : undefined;
    const start = at;
    if (wireType === 0) {
      varint();
    } else if (wireType === 1) {
      at += 8;
    } else if (wireType === 5) {
      at += 4;
    } else if (length !== undefined) {
      at += length;
    } else {
      throw new RangeError(`wire type ${wireType}`);
    }
    if (at > message.length || number === 0) {
      throw new RangeError('a field is cut off');
    }
    fields.push({ number, value: message.subarray(start, at), isLengthDelimited, tag });
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
