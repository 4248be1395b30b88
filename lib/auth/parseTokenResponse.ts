import { MAX_TIMER_MS } from '../errors/checkNumber.ts';
import { parseJsonObject } from '../http/parseJsonObject.ts';
import type { TokenResponse } from './fetchToken.ts';

/**
 * Parses the body of a successful response of a token endpoint (RFC 6749, 5.1). `expires_in` may be a number or, as
 * some gateways write it, a quoted number. Otherwise the token has no lifetime. A lifetime of more than 24 days counts
 * as 24 days.
 *
 * @param body the JSON text
 * @returns `undefined` if the body has no token
 */
export function parseTokenResponse(body: string): TokenResponse | undefined {
  const { access_token: accessToken, expires_in: expiresIn } = parseJsonObject(body);
  if (typeof accessToken !== 'string') {
    return undefined;
  }
  const expiresInMs = 1000 * toSeconds(expiresIn);
  return Number.isNaN(expiresInMs)
    ? { accessToken }
    : { accessToken, expiresInMs: Math.min(expiresInMs, MAX_TIMER_MS) };
}

function toSeconds(expiresIn: unknown): number {
  if (typeof expiresIn === 'number') {
    return expiresIn;
  }
  return typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : Number.NaN;
}
