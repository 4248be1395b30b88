import { MAX_REQUEST_BYTES } from '../wire/batchBuilder.ts';
import { varintSize, writeVarint } from '../wire/varint.ts';

const initialBytes = 4096;
/** Up to this length a loop over the characters is quicker than a call into native code. */
const maxLoopLength = 40;
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

/** Writes protobuf into a buffer that grows. */
export class RowWriter {
  bytes: Buffer;
  /** Where the next byte goes. */
  end: number;
  readonly #start: number;
  /** Where the record that is being written begins. */
  #recordStart: number;

  /** @param start how many bytes are kept free in front */
  constructor(start: number = 0) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.end = start;
    this.#start = start;
    this.#recordStart = start;
  }

  /** A record begins. */
  beginRecord(): void {
    this.#recordStart = this.end;
  }

  /** Forgets everything; a buffer that has grown beyond `maxBytes` is given back. */
  clear(maxBytes: number): void {
    this.end = this.#start;
    this.#recordStart = this.#start;
    if (this.bytes.length > maxBytes) this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** Makes room for so many bytes behind the end. */
  reserve(count: number): void {
    if (this.end + count > this.bytes.length) this.#grow(this.end + count);
  }

  /** Writes a tag, and makes room for a number behind it, so that those who write one need not ask again. */
  tag(tag: number): void {
    this.reserve(scalarRoom);
    if (tag < 0x80) this.bytes[this.end++] = tag;
    else this.end = writeVarint(this.bytes, this.end, tag);
  }

  /** A boolean behind its tag. */
  boolean(value: boolean): void {
    this.bytes[this.end++] = value ? 1 : 0;
  }

  /** An integer behind its tag. @param value at most 53 bits; negative ones take ten bytes, as protobuf wants it */
  integer(value: number): void {
    if (value >= 0 && value <= 0x7fffffff) this.#smallInteger(value);
    else this.#halves(value | 0, Math.floor(value / 0x1_0000_0000) | 0);
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
    this.end = this.bytes.writeDoubleLE(value, this.end);
  }

  /** A FLOAT behind its tag. */
  float(value: number): void {
    this.end = this.bytes.writeFloatLE(value, this.end);
  }

  /** Length and bytes. */
  binary(value: Uint8Array): void {
    const { length } = value;
    this.reserve(length + scalarRoom);
    this.end = writeVarint(this.bytes, this.end, length);
    this.bytes.set(value, this.end);
    this.end += length;
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.end);
    this.end += value.length;
  }

  /** Length and UTF-8. */
  text(value: string): void {
    const { length } = value;
    if (length > maxLoopLength) this.#longText(value);
    else {
      this.reserve(length + scalarRoom);
      const { bytes, end } = this;
      let at = end + 1;
      for (let index = 0; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) {
          this.#longText(value);
          return;
        }
        bytes[at++] = code;
      }
      bytes[end] = length;
      this.end = at;
    }
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
    const size = length < 0x80 ? 1 : varintSize(length);
    if (size !== lengthSize) {
      this.reserve(scalarRoom);
      this.bytes.copyWithin(start - lengthSize + size, start, this.end);
      this.end += size - lengthSize;
    }
    writeVarint(this.bytes, start - lengthSize, length);
    return size;
  }

  #longText(value: string): void {
    const { length } = value;
    const room = length > maxUnmeasuredLength ? Buffer.byteLength(value) : 3 * length;
    this.reserve(room + scalarRoom);
    const lengthSize = varintSize(length);
    const start = this.beginLength(lengthSize);
    this.end += this.bytes.write(value, start, 'utf8');
    this.endLength(start, lengthSize);
  }

  /** At most 31 bits, where bit operations are all it takes. */
  #smallInteger(value: number): void {
    const { bytes } = this;
    let at = this.end;
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.end = at;
  }

  /** A 64-bit integer in two's complement. */
  #halves(lowBits: number, highBits: number): void {
    const { bytes } = this;
    let at = this.end;
    let low = lowBits;
    let high = highBits;
    while (high !== 0 || low < 0 || low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = (low >>> 7) | (high << 25);
      high >>>= 7;
    }
    bytes[at++] = low;
    this.end = at;
  }

  #grow(needed: number): void {
    if (needed - this.#recordStart > maxRecordRoom) throw new RecordOutgrown();
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}
