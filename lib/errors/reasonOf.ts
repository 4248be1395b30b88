import { isError } from './isError.ts';

/** Returns what an error of other code says, as a sentence with an end, so that another one can follow. */
export function reasonOf(cause: unknown): string {
  const reason = isError(cause) && cause.message !== '' ? cause.message : String(cause);
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
