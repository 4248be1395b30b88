/**
 * Whether a value is an instance of a class. Unlike `instanceof`, it never throws: a proxy may throw whatever is done
 * with it.
 *
 * @param value any value
 */
export function isInstanceOf<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}
