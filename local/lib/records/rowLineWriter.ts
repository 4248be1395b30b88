import { Byte } from './byte.ts';

const HEX = '0123456789abcdef';
const BILLION = 1e9;
const BILLION_DIGITS = 9;
const MAX_INTEGER_LENGTH = 17;
/** Up to this length, a loop in JavaScript copies faster than native code. */
const SMALL_COPY = 48;

/** Writes JSON text into a buffer that grows. */
export class RowLineWriter {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Starts a new text. @param capacity its expected length in bytes */
  begin(capacity: number): void {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
    this.#length = 0;
  }

  /** @returns the text. A later {@link begin} does not change it */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Writes one byte of punctuation. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  /** Writes ASCII text that is JSON already. */
  ascii(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length > SMALL_COPY) {
      this.#buffer.write(text, this.#length, 'latin1');
    } else {
      for (let index = 0; index < length; index++) {
        this.#buffer[this.#length + index] = text.charCodeAt(index);
      }
    }
    this.#length += length;
  }

  /** Writes bytes that are JSON already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#copy(bytes, 0, bytes.length);
  }

  /** Writes an integer that a double holds exactly. */
  integer(value: number): void {
    this.#reserve(MAX_INTEGER_LENGTH);
    let rest = value;
    if (rest < 0) {
      this.#buffer[this.#length++] = Byte.minus;
      rest = -rest;
    }
    if (rest < BILLION) {
      this.#digits(rest, digitCount(rest));
      return;
    }
    const billions = Math.floor(rest / BILLION);
    this.#digits(billions, digitCount(billions));
    this.#digits(rest - billions * BILLION, BILLION_DIGITS);
  }

  /** Writes a JSON string of valid UTF-8 bytes. */
  utf8String(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 2);
    this.#buffer[this.#length++] = Byte.quote;
    let plainFrom = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte >= Byte.space && byte !== Byte.quote && byte !== Byte.backslash) {
        continue;
      }
      this.#copy(bytes, plainFrom, at);
      this.#escape(byte);
      plainFrom = at + 1;
      this.#reserve(end - plainFrom + 1);
    }
    this.#copy(bytes, plainFrom, end);
    this.#buffer[this.#length++] = Byte.quote;
  }

  /** Writes bytes as a JSON string in base64. */
  base64String(bytes: Buffer, start: number, end: number): void {
    this.byte(Byte.quote);
    this.ascii(bytes.toString('base64', start, end));
    this.byte(Byte.quote);
  }

  #escape(byte: number): void {
    if (byte < Byte.space) {
      this.ascii(`\\u00${HEX[byte >> 4]}${HEX[byte & 15]}`);
      return;
    }
    this.#reserve(2);
    this.#buffer[this.#length++] = Byte.backslash;
    this.#buffer[this.#length++] = byte;
  }

  /** Writes the last `count` digits of an integer below a billion. The caller has reserved the room. */
  #digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      this.#buffer[at] = Byte.zero + rest - next * 10;
      rest = next;
    }
    this.#length += count;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > SMALL_COPY) {
      this.#buffer.set(bytes.subarray(start, end), this.#length);
      this.#length += end - start;
      return;
    }
    const buffer = this.#buffer;
    let to = this.#length;
    for (let from = start; from < end; from++) {
      buffer[to++] = bytes[from] as number;
    }
    this.#length = to;
  }

  #reserve(byteCount: number): void {
    const needed = this.#length + byteCount;
    if (needed <= this.#buffer.length) {
      return;
    }
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

function digitCount(value: number): number {
  let digits = 1;
  for (let limit = 10; limit <= value; limit *= 10) {
    digits++;
  }
  return digits;
}
