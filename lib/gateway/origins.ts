import type { IncomingMessage, ServerResponse } from 'node:http';
import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';

const ANY = '*';

/** The time that a browser may keep the answer to a preflight, in seconds. Chromium keeps it no longer. */
const MAX_AGE_S = 7200;

/** The names of headers, as a preflight asks for them. */
const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/**
 * Checks the option `origins`.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if one is not an origin
 */
export function checkOrigins(origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins)) {
    throw new ZerobusError('INVALID_OPTIONS', "origins must be an array: pass ['https://shop.example'].");
  }
  for (const origin of origins) {
    if (origin !== ANY && !isOrigin(origin)) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        `origins must be like https://shop.example, without a path, got ${textOf(origin)}.`,
      );
    }
  }
  return new Set(origins);
}

/**
 * Returns whether the page behind a request may send events. A request without an origin does not come from a page.
 *
 * @param origins the origins that may, besides the one that the request was sent to
 */
export function isOriginAllowed({ headers }: IncomingMessage, origins: ReadonlySet<string>): boolean {
  const { origin } = headers;
  return origin === undefined || isSameOrigin(origin, headers) || origins.has(origin) || origins.has(ANY);
}

/**
 * Sets the headers by which a browser lets the page of an allowed origin read the answer. Cookies are allowed only for
 * origins that are listed by name.
 */
export function setOriginHeaders(
  { headers }: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): void {
  const { origin } = headers;
  response.appendHeader('Vary', 'Origin');
  if (origin === undefined) {
    return;
  }
  const isNamed = origins.has(origin);
  if (!isNamed && !isSameOrigin(origin, headers)) {
    response.setHeader('Access-Control-Allow-Origin', ANY);
  } else {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
  }
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
}

/** Sets the headers of the answer to a preflight, which a browser sends if the request has headers of the program's. */
export function setPreflightHeaders({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = headers['access-control-request-headers'];
  response.setHeader('Access-Control-Allow-Methods', 'POST');
  response.setHeader('Access-Control-Max-Age', `${MAX_AGE_S}`);
  response.appendHeader('Vary', 'Access-Control-Request-Headers');
  if (asked !== undefined && headerNames.test(asked)) {
    response.setHeader('Access-Control-Allow-Headers', asked);
  }
}

/** A proxy may have changed the host, but not what the browser itself says. */
function isSameOrigin(origin: string, headers: IncomingMessage['headers']): boolean {
  if (headers['sec-fetch-site'] !== undefined) {
    return headers['sec-fetch-site'] === 'same-origin';
  }
  return URL.canParse(origin) && new URL(origin).host === (headers.host ?? headers[':authority']);
}

function isOrigin(origin: unknown): boolean {
  return typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin;
}
