import { parseJsonObject } from '../http/parseJsonObject.ts';
import type { TokenResponse } from './fetchToken.ts';

/**
 * Reads the body of a token endpoint's good answer (RFC 6749, 5.1). `expires_in` may be a number or, as some gateways
 * write it, a quoted one; where it is neither, the token counts as one without a life time.
 *
 * @param body the JSON text
 * @returns nothing where there is no token in it
 */
export function parseTokenResponse(body: string): TokenResponse | undefined {
  const { access_token: accessToken, expires_in: expiresIn } = parseJsonObject(body);
  if (typeof accessToken !== 'string') {
    return undefined;
  }
  const expiresInMs = 1000 * toSeconds(expiresIn);
  return Number.isFinite(expiresInMs) ? { accessToken, expiresInMs } : { accessToken };
}

function toSeconds(expiresIn: unknown): number {
  if (typeof expiresIn === 'number') {
    return expiresIn;
  }
  return typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : Number.NaN;
}
