import { reasonOf } from './reasonOf.ts';
import { isZerobusError, ZerobusError } from './zerobusError.ts';

/**
 * Reads the arguments of a public function. JavaScript can pass anything, such as a proxy that throws whatever is done
 * with it, and no caller should see an error of the engine for it.
 *
 * @param subject the function or class, for the message
 * @param read reads the arguments, and calls no function of the user's
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if reading throws an error that is not ours
 */
export function readArguments<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isZerobusError(cause)) {
      throw cause;
    }
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `${subject} cannot read an argument: ${reasonOf(cause)}. Check the types of its arguments.`,
      { cause },
    );
  }
}
