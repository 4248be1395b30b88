/** Returns the end of the last character of UTF-8 that is not cut off. */
export function endOfCharacters(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= 0 && at >= bytes.length - 3; at--) {
    const byte = bytes[at] as number;
    const isContinuation = byte >= 0x80 && byte < 0xc0;
    if (!isContinuation) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return at + length > bytes.length ? at : bytes.length;
    }
  }
  return bytes.length;
}
