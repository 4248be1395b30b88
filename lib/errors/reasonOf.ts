import { isError } from './isError.ts';
import { textOf } from './textOf.ts';

/**
 * Returns what was thrown as a text, for a message.
 *
 * @param thrown an error of any realm, or any other value
 */
export function reasonOf(thrown: unknown): string {
  return isError(thrown) && thrown.message !== '' ? thrown.message : textOf(thrown);
}
