/** Up to this length, copying the characters of a text one by one is faster than a call into native code. */
export const SHORT_TEXT = 40;

const LAST_ASCII = 0x7f;

/**
 * Writes short ASCII text, four characters at a time.
 *
 * @param view memory with room for the text
 * @returns whether the text is ASCII; if not, what was written is invalid
 */
export function writeShortText(view: DataView, position: number, text: string): boolean {
  const { length } = text;
  let units = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const first = text.charCodeAt(index);
    const second = text.charCodeAt(index + 1);
    const third = text.charCodeAt(index + 2);
    const fourth = text.charCodeAt(index + 3);
    units |= first | second | third | fourth;
    view.setInt32(position + index, first | (second << 8) | (third << 16) | (fourth << 24), true);
  }
  for (; index < length; index++) {
    const unit = text.charCodeAt(index);
    units |= unit;
    view.setUint8(position + index, unit);
  }
  return units <= LAST_ASCII;
}
