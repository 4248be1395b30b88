import { ZerobusError } from '../errors/zerobusError.ts';
import { VERSION } from '../version.ts';

/** Products of RFC 9110, 10.1.5, such as `my-app/1.0`, with one blank between them. */
const applicationPattern = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const MAX_LENGTH = 256;

/**
 * Returns the name that requests and streams give to the service: `rxjs-zerobus/0.1.0`, followed by the name of the
 * application.
 *
 * @param applicationName e.g. `my-app/1.0`, at most 256 printable ASCII characters. Defaults to none
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the name is empty, too long, or has other characters
 */
export function userAgentOf(applicationName?: string): string {
  const own = `rxjs-zerobus/${VERSION}`;
  if (applicationName === undefined) {
    return own;
  }
  const isValid =
    typeof applicationName === 'string' &&
    applicationName.length <= MAX_LENGTH &&
    applicationPattern.test(applicationName);
  if (!isValid) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      `applicationName must be a name such as my-app or my-app/1.0: 1 to ${MAX_LENGTH} printable ASCII characters, without blanks at either end.`,
    );
  }
  return `${own} ${applicationName}`;
}
