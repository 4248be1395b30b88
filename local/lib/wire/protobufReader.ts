/**
 * Bytes that are not a protobuf message: a varint or a length runs past the end, or a group never ends. Its message is
 * the problem in a few words, which callers put into a sentence.
 */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';

  constructor(problem: string) {
    super(problem);
  }
}

/** The wire type of a field: the low three bits of its tag. */
export const WireType = {
  varint: 0,
  fixed64: 1,
  lengthDelimited: 2,
  startGroup: 3,
  endGroup: 4,
  fixed32: 5,
} as const;

const MAX_GROUP_DEPTH = 100;
const TWO_TO_32 = 0x1_0000_0000;

/**
 * A cursor over protobuf bytes. It allocates nothing: values are read in place, and it can be reset to other bytes.
 * Every method throws a {@link WireFormatError} if the bytes end too early.
 *
 * The client has a decoder of its own, and the two share no code on purpose: a mistake in the client's encoder must not
 * be undone by the same mistake here (docs/design.md, "Two packages").
 */
export class ProtobufReader {
  bytes: Buffer;
  position: number;
  end: number;
  /** The low 32 bits of the last {@link readVarint} or {@link readFixed64}, as a signed integer. */
  low = 0;
  /** The high 32 bits of the last {@link readVarint} or {@link readFixed64}, as a signed integer. */
  high = 0;

  constructor(bytes: Buffer, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Moves the reader to other bytes. */
  reset(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Reads a field's tag. The field number is `tag >>> 3`, the wire type is `tag & 7`. */
  readTag(): number {
    const tag = this.readUint32();
    if (tag >>> 3 === 0) {
      throw new WireFormatError('field number 0');
    }
    return tag;
  }

  /** Reads a varint of up to 64 bits into {@link low} and {@link high}. */
  readVarint(): void {
    const { bytes, end } = this;
    let position = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) {
        throw new WireFormatError('a varint runs past the end');
      }
      const byte = bytes[position++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 0x80) {
        this.position = position;
        this.low = low | 0;
        this.high = high | 0;
        return;
      }
    }
    throw new WireFormatError('a varint of more than ten bytes');
  }

  /** Reads a varint and returns its low 32 bits, as protobuf parsers do for 32-bit fields. */
  readUint32(): number {
    const { bytes, position } = this;
    if (position < this.end) {
      const byte = bytes[position] as number;
      if (byte < 0x80) {
        this.position = position + 1;
        return byte;
      }
    }
    this.readVarint();
    return this.low >>> 0;
  }

  /** Reads a varint as a signed 64-bit integer. Beyond 2^53, it returns the nearest double. */
  readInt64(): number {
    this.readVarint();
    return this.high * TWO_TO_32 + (this.low >>> 0);
  }

  /** Reads a length and checks that as many bytes follow. @returns their end */
  readLength(): number {
    const length = this.readUint32();
    const end = this.position + length;
    if (end > this.end) {
      throw new WireFormatError('a length runs past the end');
    }
    return end;
  }

  /** Reads eight little-endian bytes into {@link low} and {@link high}. */
  readFixed64(): void {
    const position = this.advance(8);
    this.low = this.bytes.readInt32LE(position);
    this.high = this.bytes.readInt32LE(position + 4);
  }

  /** Moves past `length` bytes. @returns their start */
  advance(length: number): number {
    const start = this.position;
    if (start + length > this.end) {
      throw new WireFormatError('a value runs past the end');
    }
    this.position = start + length;
    return start;
  }

  /** Moves past the value of an unknown field. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case WireType.varint:
        this.readVarint();
        return;
      case WireType.fixed64:
        this.advance(8);
        return;
      case WireType.lengthDelimited:
        this.position = this.readLength();
        return;
      case WireType.startGroup:
        this.#skipGroup(tag >>> 3, depth + 1);
        return;
      case WireType.fixed32:
        this.advance(4);
        return;
      default:
        throw new WireFormatError(`wire type ${tag & 7} at the start of a field`);
    }
  }

  #skipGroup(fieldNumber: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) {
      throw new WireFormatError(`groups nested deeper than ${MAX_GROUP_DEPTH}`);
    }
    for (;;) {
      const tag = this.readTag();
      if ((tag & 7) !== WireType.endGroup) {
        this.skip(tag, depth);
      } else if (tag >>> 3 === fieldNumber) {
        return;
      } else {
        throw new WireFormatError('a group ends with another number than it starts with');
      }
    }
  }
}
