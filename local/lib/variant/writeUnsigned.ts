/**
 * Writes an unsigned integer, its lowest byte first.
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
