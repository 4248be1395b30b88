/**
 * Names the kind of a value, for a message such as `expected string, got an array`.
 *
 * @param value any value
 */
export function kindOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  if (ArrayBuffer.isView(value)) {
    return 'bytes';
  }
  return typeof value === 'object' ? 'an object' : typeof value;
}
