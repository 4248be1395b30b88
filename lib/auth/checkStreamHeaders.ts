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
    throw new Error('the headers must be an object of names and texts');
  }
  const checked = new Map<string, string>();
  for (const [name, text] of Object.entries(headers)) {
    const lowerCaseName = name.toLowerCase();
    const shown = JSON.stringify(lowerCaseName.slice(0, 100));
    if (!headerName.test(lowerCaseName)) {
      throw new Error(`${shown} is not the name of a header`);
    }
    if (lowerCaseName.endsWith('-bin')) {
      throw new Error(`${shown}: headers with binary values are not supported`);
    }
    if (reservedNames.has(lowerCaseName) || lowerCaseName.startsWith('grpc-')) {
      throw new Error(`${shown} is reserved for the connection itself`);
    }
    if (checked.has(lowerCaseName)) {
      throw new Error(`${shown} is given twice`);
    }
    if (typeof text !== 'string') {
      throw new Error(`the value of ${shown} must be a string, got ${typeof text}`);
    }
    if (!headerText.test(text)) {
      throw new Error(`the value of ${shown} holds characters other than printable ASCII`);
    }
    checked.set(lowerCaseName, text);
  }
  return Object.fromEntries(checked);
}
