import { isError } from '../errors/isError.ts';
import { redact } from './redact.ts';

const MAX_DEPTH = 4;

/**
 * Copies what is safe to show of a foreign error, for the `cause` of one of ours: name, code, message, the lines of its
 * stack, and the same of its own causes. HTTP clients attach the request, with its Authorization header, to their
 * errors, and printing an error prints its causes.
 *
 * @param error any thrown value
 * @param secrets texts that must not show in the messages
 */
export function cleanCause(error: unknown, secrets: readonly string[] = [], depth: number = MAX_DEPTH): Error {
  if (!isError(error)) {
    return new Error(redact(textOf(error), secrets));
  }
  const code = 'code' in error && typeof error.code === 'string' ? redact(error.code, secrets) : undefined;
  const message = redact(error.message, secrets) || (code ?? '');
  const hasCause = error.cause !== undefined && depth > 1;
  const clean = new Error(message, hasCause ? { cause: cleanCause(error.cause, secrets, depth - 1) } : undefined);
  Object.defineProperty(clean, 'name', { value: redact(error.name, secrets), configurable: true, writable: true });
  if (code !== undefined) {
    Object.assign(clean, { code });
  }
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  clean.stack = [
    `${clean.name}: ${message}`,
    ...places.map((place) => redact(place, secrets)).map((place) => `    ${place}`),
  ].join('\n');
  return clean;
}

/** Describes a thrown value that is not an error: strings are shown, for other values only the type is. */
function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `a thrown value of type ${thrown === null ? 'null' : typeof thrown}`;
}
