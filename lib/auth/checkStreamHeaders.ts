import { shorten } from '../errors/shorten.ts';
import type { StreamHeaders } from '../transport/transport.ts';

/** The names that gRPC allows for text headers. */
const headerName = /^[0-9a-z_.-]+$/;
/** The values that gRPC allows for text headers. */
const headerText = /^[\x20-\x7e]*$/;
/** Headers that belong to the connection, not to the caller. HTTP/2 throws for some of them. */
const reservedNames: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Checks headers from outside, before they reach the connection.
 *
 * @param headers an object of names and values
 * @returns the same headers with names in lower case, as HTTP/2 requires
 * @throws an `Error` that names the invalid header and never shows its value
 */
export function checkStreamHeaders(headers: unknown): StreamHeaders {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new Error('The headers must be an object of names and strings.');
  }
  const checked = new Map<string, string>();
  for (const [name, text] of Object.entries(headers)) {
    const lowerCaseName = name.toLowerCase();
    const shown = JSON.stringify(shorten(lowerCaseName, 100));
    if (!headerName.test(lowerCaseName)) {
      throw new Error(`${shown} is not a valid header name. Use letters, digits, "_", "." and "-".`);
    }
    if (lowerCaseName.endsWith('-bin')) {
      throw new Error(
        `${shown} is a header with a binary value, which is not supported. Use a name that does not end with -bin.`,
      );
    }
    if (reservedNames.has(lowerCaseName) || lowerCaseName.startsWith('grpc-')) {
      throw new Error(`${shown} is reserved for the connection itself. Omit it.`);
    }
    if (checked.has(lowerCaseName)) {
      throw new Error(`${shown} is given twice. Omit one of them.`);
    }
    if (typeof text !== 'string') {
      throw new Error(`The value of ${shown} must be a string, got ${typeof text}.`);
    }
    if (!headerText.test(text)) {
      throw new Error(`The value of ${shown} must consist of printable ASCII characters.`);
    }
    checked.set(lowerCaseName, text);
  }
  return Object.fromEntries(checked);
}
