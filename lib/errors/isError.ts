/**
 * Whether a value is an error: of any realm, a `DOMException`, or made by a constructor function as AxiosError is.
 *
 * @param value any value
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  try {
    const { name, message, stack } = value as Readonly<Record<string, unknown>>;
    return typeof name === 'string' && typeof message === 'string' && typeof stack === 'string';
  } catch {
    return false;
  }
}
