/**
 * Cuts a long text for a message: an ellipsis replaces what exceeds the length.
 *
 * @param text the text to show
 * @param maxLength how many characters (UTF-16 units) of it to keep
 */
export function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
