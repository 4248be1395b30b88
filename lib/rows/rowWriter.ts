import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { Scratch } from '../wire/scratch.ts';
import { SHORT_TEXT, writeShortText } from '../wire/shortText.ts';
import { varintSize, writeVarint } from '../wire/varint.ts';

/** Text beyond this is measured before room is made for it, since the upper bound would be wasteful. */
const MEASURED_FROM = 0x4000;
/** Beyond this, what is being written is no record that the service would take. */
const MOST_RECORD_ROOM = MAX_REQUEST_BYTES + 4 * MEASURED_FROM;
const MOST_TAG_BYTES = 5;
const MOST_VARINT_BYTES = 10;

/** Splits integers of 64 bits, without an allocation. */
const int64 = new DataView(new ArrayBuffer(8));

/** Thrown where a record grows beyond what can be sent: at its end, or before it takes all memory. */
export class RecordOutgrown extends Error {
  /** All of the record, where it was written to its end. */
  readonly bytes: Uint8Array | undefined;

  constructor(bytes?: Uint8Array) {
    super();
    this.bytes = bytes;
  }
}

/** Writes protobuf into memory that grows. Its end moves on with every value, committed or not. */
export class RowWriter extends Scratch {
  /** Where the record that is being written begins. */
  #recordStart = 0;

  /** A record begins. */
  beginRecord(): void {
    this.#recordStart = this.end;
  }

  /** A BOOL field. */
  writeBoolean(tag: number, value: boolean): void {
    const at = this.#writeTag(tag, 1);
    this.buffer[at] = value ? 1 : 0;
    this.end = at + 1;
  }

  /** An integer field. @param value at most 53 bits; negative ones take ten bytes, as protobuf wants it */
  writeInteger(tag: number, value: number): void {
    const at = this.#writeTag(tag, MOST_VARINT_BYTES);
    if (value < 0) {
      this.end = writeHalves(this.buffer, at, value | 0, Math.floor(value / 0x1_0000_0000) | 0);
    } else if (value > 0x7fff_ffff) {
      this.end = writeLarge(this.buffer, this.view, at, value);
    } else {
      this.end = writeSmall(this.buffer, at, value);
    }
  }

  /** An integer field. @returns false, with nothing written, where the value takes more than 64 bits */
  writeBigInteger(tag: number, value: bigint): boolean {
    int64.setBigInt64(0, value);
    if (int64.getBigInt64(0) !== value) {
      return false;
    }
    const at = this.#writeTag(tag, MOST_VARINT_BYTES);
    this.end = writeHalves(this.buffer, at, int64.getInt32(4), int64.getInt32(0));
    return true;
  }

  /** A DOUBLE field. */
  writeDouble(tag: number, value: number): void {
    const at = this.#writeTag(tag, 8);
    this.view.setFloat64(at, value, true);
    this.end = at + 8;
  }

  /** A FLOAT field. */
  writeFloat(tag: number, value: number): void {
    const at = this.#writeTag(tag, 4);
    this.view.setFloat32(at, value, true);
    this.end = at + 4;
  }

  /** A BYTES field. */
  writeBinary(tag: number, value: Uint8Array): void {
    const { length } = value;
    const at = this.#writeTag(tag, MOST_VARINT_BYTES + length);
    const start = writeVarint(this.buffer, at, length);
    this.buffer.set(value, start);
    this.end = start + length;
  }

  /** A STRING field. */
  writeText(tag: number, value: string): void {
    const { length } = value;
    if (length <= SHORT_TEXT) {
      const at = this.#writeTag(tag, SHORT_TEXT + 1);
      if (writeShortText(this.view, at + 1, value)) {
        this.buffer[at] = length;
        this.end = at + 1 + length;
        return;
      }
    }
    const bytes = length > MEASURED_FROM ? Buffer.byteLength(value) : 3 * length;
    const lengthSize = varintSize(length);
    const start = this.beginLength(tag, lengthSize);
    this.reserve(bytes);
    this.end += this.buffer.write(value, start, 'utf8');
    this.endLength(start, lengthSize);
  }

  /** Bytes as they are. */
  writeRaw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.end);
    this.end += value.length;
  }

  /**
   * Begins a field that is written by others, and leaves room for its length.
   *
   * @param lengthSize how many bytes the length is expected to take
   * @returns what {@link endLength} wants to know
   */
  beginLength(tag: number, lengthSize: number): number {
    this.end = this.#writeTag(tag, lengthSize) + lengthSize;
    return this.end;
  }

  /**
   * Writes the length of what was written since, and moves that where the length takes another number of bytes than
   * expected.
   *
   * @param start what {@link beginLength} returned
   * @param lengthSize what it was told
   * @returns how many bytes the length takes
   */
  endLength(start: number, lengthSize: number): number {
    const length = this.end - start;
    if (lengthSize === 1 && length < 0x80) {
      this.buffer[start - 1] = length;
      return 1;
    }
    const size = varintSize(length);
    if (size !== lengthSize) {
      this.reserve(size);
      this.buffer.copyWithin(start - lengthSize + size, start, this.end);
      this.end += size - lengthSize;
    }
    writeVarint(this.buffer, start - lengthSize, length);
    return size;
  }

  protected override grow(needed: number): void {
    if (needed - this.#recordStart > MOST_RECORD_ROOM) {
      throw new RecordOutgrown();
    }
    super.grow(needed);
  }

  /**
   * Writes a tag, and makes room for so many bytes behind it. @returns the position behind the tag; the end stays where
   * it is
   */
  #writeTag(tag: number, bytes: number): number {
    this.reserve(MOST_TAG_BYTES + bytes);
    const { buffer, end } = this;
    if (tag >= 0x80) {
      return writeVarint(buffer, end, tag);
    }
    buffer[end] = tag;
    return end + 1;
  }
}

/** Writes an integer of at most 31 bits, where bit operations are all it takes. @returns the position behind it */
function writeSmall(buffer: Buffer, position: number, value: number): number {
  let at = position;
  let rest = value;
  while (rest >= 0x80) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** Writes one of 32 to 53 bits: four groups of seven at once, and what is above them. */
function writeLarge(buffer: Buffer, view: DataView, position: number, value: number): number {
  const high = Math.floor(value / 0x1000_0000);
  const low = value - high * 0x1000_0000;
  const groups = (low & 0x7f) | ((low & 0x3f80) << 1) | ((low & 0x1f_c000) << 2) | ((low & 0xfe0_0000) << 3);
  view.setInt32(position, groups | 0x8080_8080, true);
  return writeSmall(buffer, position + 4, high);
}

/** Writes a 64-bit integer in two's complement. */
function writeHalves(buffer: Buffer, position: number, lowBits: number, highBits: number): number {
  let at = position;
  let low = lowBits;
  let high = highBits;
  while (high !== 0 || low < 0 || low > 0x7f) {
    buffer[at++] = (low & 0x7f) | 0x80;
    low = (low >>> 7) | (high << 25);
    high >>>= 7;
  }
  buffer[at++] = low;
  return at;
}
