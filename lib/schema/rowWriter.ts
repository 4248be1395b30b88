import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { Scratch } from '../wire/scratch.ts';
import { SHORT_TEXT, writeShortText } from '../wire/shortText.ts';
import { varintSize, writeVarint } from '../wire/varint.ts';

/** Text up to this length gets room for the most that it could take; longer text is measured. */
const maxUnmeasuredLength = 0x4000;
/** Beyond this, what is being written is no record that the service would take. */
const maxRecordRoom = MAX_REQUEST_BYTES + 4 * maxUnmeasuredLength;
/** A tag takes at most 5 bytes, and the number behind it, or the length, at most 10. */
const scalarRoom = 16;

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

  /** Writes a tag, and makes room for a number behind it, so that those who write one need not ask again. */
  tag(tag: number): void {
    this.reserve(scalarRoom);
    if (tag < 0x80) this.buffer[this.end++] = tag;
    else this.end = writeVarint(this.buffer, this.end, tag);
  }

  /** A boolean behind its tag. */
  boolean(value: boolean): void {
    this.buffer[this.end++] = value ? 1 : 0;
  }

  /** An integer behind its tag. @param value at most 53 bits; negative ones take ten bytes, as protobuf wants it */
  integer(value: number): void {
    if (value >= 0) {
      if (value <= 0x7fffffff) this.#smallInteger(value);
      else this.#largeInteger(value);
    } else this.#halves(value | 0, Math.floor(value / 0x1_0000_0000) | 0);
  }

  /** An integer behind its tag. @returns false, with nothing written, where the value takes more than 64 bits */
  bigInteger(value: bigint): boolean {
    int64.setBigInt64(0, value);
    if (int64.getBigInt64(0) !== value) return false;
    this.#halves(int64.getInt32(4), int64.getInt32(0));
    return true;
  }

  /** A DOUBLE behind its tag. */
  double(value: number): void {
    this.view.setFloat64(this.end, value, true);
    this.end += 8;
  }

  /** A FLOAT behind its tag. */
  float(value: number): void {
    this.view.setFloat32(this.end, value, true);
    this.end += 4;
  }

  /** Length and bytes. */
  binary(value: Uint8Array): void {
    const { length } = value;
    this.reserve(length + scalarRoom);
    this.end = writeVarint(this.buffer, this.end, length);
    this.buffer.set(value, this.end);
    this.end += length;
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.end);
    this.end += value.length;
  }

  /** Length and UTF-8. */
  text(value: string): void {
    const { length } = value;
    if (length <= SHORT_TEXT) {
      this.reserve(length + scalarRoom);
      const { end } = this;
      if (writeShortText(this.view, end + 1, value)) {
        this.buffer[end] = length;
        this.end = end + 1 + length;
        return;
      }
    }
    this.#longText(value);
  }

  /**
   * Leaves room for the length of what is written next.
   *
   * @param lengthSize how many bytes the length is expected to take
   * @returns what {@link endLength} wants to know
   */
  beginLength(lengthSize: number): number {
    this.reserve(lengthSize);
    this.end += lengthSize;
    return this.end;
  }

  /**
   * Writes the length of what was written since, and moves that where the length takes another number of bytes than expected.
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
      this.reserve(scalarRoom);
      this.buffer.copyWithin(start - lengthSize + size, start, this.end);
      this.end += size - lengthSize;
    }
    writeVarint(this.buffer, start - lengthSize, length);
    return size;
  }

  #longText(value: string): void {
    const { length } = value;
    const room = length > maxUnmeasuredLength ? Buffer.byteLength(value) : 3 * length;
    this.reserve(room + scalarRoom);
    const lengthSize = varintSize(length);
    const start = this.beginLength(lengthSize);
    this.end += this.buffer.write(value, start, 'utf8');
    this.endLength(start, lengthSize);
  }

  /** At most 31 bits, where bit operations are all it takes. */
  #smallInteger(value: number): void {
    const { buffer } = this;
    let at = this.end;
    let rest = value;
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.end = at;
  }

  /** At least 31 bits: four groups of seven at once, and what is above them. */
  #largeInteger(value: number): void {
    const high = Math.floor(value / 0x1000_0000);
    const low = value - high * 0x1000_0000;
    const groups = (low & 0x7f) | ((low & 0x3f80) << 1) | ((low & 0x1f_c000) << 2) | ((low & 0xfe0_0000) << 3);
    this.view.setInt32(this.end, groups | 0x8080_8080, true);
    this.end += 4;
    this.#smallInteger(high);
  }

  /** A 64-bit integer in two's complement. */
  #halves(lowBits: number, highBits: number): void {
    const { buffer } = this;
    let at = this.end;
    let low = lowBits;
    let high = highBits;
    while (high !== 0 || low < 0 || low > 0x7f) {
      buffer[at++] = (low & 0x7f) | 0x80;
      low = (low >>> 7) | (high << 25);
      high >>>= 7;
    }
    buffer[at++] = low;
    this.end = at;
  }

  protected override grow(needed: number): void {
    if (needed - this.#recordStart > maxRecordRoom) throw new RecordOutgrown();
    super.grow(needed);
  }
}
