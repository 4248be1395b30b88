/**
 * Writes an unsigned integer, lowest byte first.
 *
 * @param width how many bytes: 1 to 4
 * @returns the position after it
 */
export function writeUnsigned(target: Buffer, value: number, at: number, width: number): number {
  for (let index = 0; index < width; index++) {
    target[at + index] = value >>> (8 * index);
  }
  return at + width;
}

/** How many bytes an unsigned integer of at most 4 bytes takes. */
export function widthOf(largest: number): number {
  return largest <= 0xff ? 1 : largest <= 0xffff ? 2 : largest <= 0xffffff ? 3 : 4;
}
