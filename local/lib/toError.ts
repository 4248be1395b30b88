import { isNativeError } from 'node:util/types';

/**
 * Returns a thrown value as an Error, and makes one of anything else.
 *
 * In jest, errors of native code are not `instanceof Error`: they are instances of another context's class.
 */
export function toError(thrown: unknown): Error {
  return isNativeError(thrown) || thrown instanceof Error ? thrown : new Error(String(thrown));
}
