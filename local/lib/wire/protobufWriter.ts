import { WireType } from './protobufReader.ts';

/** Writes the few small messages that the server sends, with their fields in the order of the calls. */
export class ProtobufWriter {
  readonly #parts: Buffer[] = [];

  /** Adds an int32, int64 or enum field. */
  integer(field: number, value: number): this {
    this.#varint((field << 3) | WireType.varint);
    this.#varint(value);
    return this;
  }

  /** Adds a string, bytes or message field. */
  bytes(field: number, value: string | Uint8Array): this {
    const content = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    this.#varint((field << 3) | WireType.lengthDelimited);
    this.#varint(content.length);
    this.#parts.push(Buffer.from(content));
    return this;
  }

  /** @returns the message */
  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#parts.push(Buffer.from(bytes));
  }
}
