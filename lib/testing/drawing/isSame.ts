import { isDeepStrictEqual } from 'node:util';

/**
 * Whether a value is the expected one. Errors are compared by class, name, message and enumerable properties. An error
 * for which a plain object is expected only needs the properties of that object: `{ code: 'ACK_TIMEOUT' }`.
 */
export function isSame(actual: unknown, expected: unknown): boolean {
  if (actual instanceof Error && expected instanceof Error) {
    return isDeepStrictEqual(openError(actual), openError(expected));
  }
  if (actual instanceof Error && isPlain(expected)) {
    return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(Reflect.get(actual, name), value));
  }
  return isDeepStrictEqual(actual, expected);
}

/** Without what is not enumerable: `cause`, `stack`, `unacked`. */
function openError(error: Error): object {
  return { ...error, name: error.name, message: error.message, type: error.constructor.name };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
