import { ZerobusError } from './zerobusError.ts';

/**
 * Checks that an option is a function.
 *
 * @param name the name of the option, for the message
 * @param value the option as the caller gave it
 * @param shape what to pass instead, such as `(message) => message.partition`
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not a function
 */
export function checkFunction(name: string, value: unknown, shape: string): void {
  if (typeof value !== 'function') {
    throw new ZerobusError('INVALID_OPTIONS', `${name} must be a function: pass ${shape}.`);
  }
}
