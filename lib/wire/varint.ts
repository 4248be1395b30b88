/** The number of bytes that a value takes as a protobuf varint. The value must be a non-negative integer below 2^53. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    size++;
  }
  return size;
}

/**
 * Writes a non-negative integer below 2^53 as a protobuf varint.
 *
 * @returns the position behind the varint
 */
export function writeVarint(buffer: Uint8Array, position: number, value: number): number {
  let rest = value;
  let at = position;
  // Bit operations work on 32 bits only. Offsets may be larger, so their high part is taken off by division first.
  while (rest > 0x7fffffff) {
    buffer[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest >= 0x80) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** A position in bytes. It moves forward as they are read. */
export interface Cursor {
  position: number;
}

/**
 * Reads a protobuf varint and moves the cursor behind it. Values are exact below 2^53.
 *
 * @throws RangeError if the bytes end within the varint, or if it is too long
 */
export function readVarint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[cursor.position++];
    if (byte === undefined || scale > 2 ** 63) {
      throw new RangeError('A varint is cut off or too long.');
    }
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      return value;
    }
    scale *= 0x80;
  }
}
