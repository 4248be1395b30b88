/**
 * Returns a value as a text, for a message. Unlike `String`, it never throws: some objects have no text, and a revoked
 * proxy throws whatever is done with it.
 *
 * @param value any value
 */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value === 'function' ? 'a function' : 'an object';
  }
}
