import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { Scratch } from '../wire/scratch.ts';
import { varintSize, writeVarint } from '../wire/varint.ts';
import { SHORT_TEXT, writeShortText } from '../wire/writeShortText.ts';

/** Longer text is measured before room is reserved for it: the upper bound would waste memory. */
const MEASURED_FROM = 0x4000;
/** A record that needs more room than this is larger than the service accepts. */
const MOST_RECORD_ROOM = MAX_REQUEST_BYTES + 4 * MEASURED_FROM;
const MOST_TAG_BYTES = 5;
const MOST_VARINT_BYTES = 10;

/** Splits integers of 64 bits without an allocation. */
const int64 = new DataView(new ArrayBuffer(8));

/** Thrown if a record is too large to be sent: at its end, or earlier, before it takes all memory. */
export class RecordOutgrown extends Error {
  /** The complete record, if it was written to its end. */
  readonly bytes: Uint8Array | undefined;

  constructor(bytes?: Uint8Array) {
    super();
    this.bytes = bytes;
  }
}

/** Writes protobuf into memory that grows. Every value advances the end, whether it is committed or not. */
export class RowWriter extends Scratch {
  /** The start of the record that is being written. */
  #recordStart = 0;

  /** Marks the start of a record. */
  beginRecord(): void {
    this.#recordStart = this.end;
  }

  /** Writes a BOOL field. */
  writeBoolean(tag: number, value: boolean): void {
    const at = this.#writeTag(tag, 1);
    this.buffer[at] = value ? 1 : 0;
    this.end = at + 1;
  }

  /**
   * Writes an integer field.
   *
   * @param value at most 53 bits; protobuf requires ten bytes if it is negative
   */
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

  /**
   * Writes an integer field.
   *
   * @returns false, without writing, if the value has more than 64 bits
   */
  writeBigInteger(tag: number, value: bigint): boolean {
    int64.setBigInt64(0, value);
    if (int64.getBigInt64(0) !== value) {
      return false;
    }
    const at = this.#writeTag(tag, MOST_VARINT_BYTES);
    this.end = writeHalves(this.buffer, at, int64.getInt32(4), int64.getInt32(0));
    return true;
  }

  /** Writes a DOUBLE field. */
  writeDouble(tag: number, value: number): void {
    const at = this.#writeTag(tag, 8);
    this.view.setFloat64(at, value, true);
    this.end = at + 8;
  }

  /** Writes a FLOAT field. */
  writeFloat(tag: number, value: number): void {
    const at = this.#writeTag(tag, 4);
    this.view.setFloat32(at, value, true);
    this.end = at + 4;
  }

  /** Writes a BYTES field. */
  writeBinary(tag: number, value: Uint8Array): void {
    const { length } = value;
    const at = this.#writeTag(tag, MOST_VARINT_BYTES + length);
    const start = writeVarint(this.buffer, at, length);
    this.buffer.set(value, start);
    this.end = start + length;
  }

  /** Writes a STRING field. */
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

  /** Writes bytes without a tag and a length. */
  writeRaw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.end);
    this.end += value.length;
  }

  /**
   * Begins a length-delimited field and reserves room for its length. The caller then writes the content.
   *
   * @param lengthSize the expected size of the length in bytes
   * @returns the start of the content, for {@link endLength}
   */
  beginLength(tag: number, lengthSize: number): number {
    this.end = this.#writeTag(tag, lengthSize) + lengthSize;
    return this.end;
  }

  /**
   * Ends a length-delimited field: writes the length of its content, and moves the content if the length does not have
   * the expected size.
   *
   * @param start the result of {@link beginLength}
   * @param lengthSize the size that {@link beginLength} was called with
   * @returns the size of the length in bytes
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
   * Writes a tag and reserves room for bytes after it. The end does not move.
   *
   * @returns the position after the tag
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

/** Writes an integer of at most 31 bits, with bit operations only. @returns the position after it */
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

/** Writes an integer of 32 to 53 bits: the four lowest groups of seven bits at once, then the higher bits. */
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
