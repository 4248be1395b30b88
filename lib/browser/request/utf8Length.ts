/**
 * Returns the number of bytes of a text in UTF-8, without writing them. Half a surrogate pair counts as U+FFFD, which
 * browsers send for it.
 *
 * @param text any text
 */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) {
      bytes += 2;
      // Both halves of a pair make 4 bytes.
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
        index++;
      }
    } else if (unit >= 0x80) {
      bytes++;
    }
  }
  return bytes;
}
