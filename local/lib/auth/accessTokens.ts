import { createHmac, randomBytes } from 'node:crypto';
import { isSameSecret } from './isSameSecret.ts';
import type { TokenGrant } from './tokenGrant.ts';

/** The claims of a token. They are signed, and clients treat them as opaque. */
interface Claims {
  readonly iss: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** Absent if the token is for Unity Catalog. */
  readonly authorization_details?: TokenGrant['authorizationDetails'];
  readonly padding: string;
}

const HEADER: string = encode({ alg: 'HS256', typ: 'at+jwt' });
/** Tokens of the service have more than 4 KB. Base64 makes this length 4,534 characters. */
const CLAIMS_BYTES = 3400;

/**
 * Issues access tokens and verifies them. A token carries what it grants, and its signature proves that this server has
 * issued it, so nothing is stored for each token.
 */
export class AccessTokens {
  readonly #key: Buffer;

  /** @param key signs the tokens. Other instances with the same key verify them */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** @returns a new token for `grant`, valid for `ttlMs` milliseconds */
  issue(grant: TokenGrant, ttlMs: number): string {
    const now = Date.now();
    const { authorizationDetails } = grant;
    const claims: Claims = {
      iss: 'zerobus-local',
      scope: 'all-apis',
      iat: now / 1000,
      exp: (now + ttlMs) / 1000,
      jti: randomBytes(16).toString('base64url'),
      ...(authorizationDetails === undefined ? {} : { authorization_details: authorizationDetails }),
      padding: '',
    };
    const missing = CLAIMS_BYTES - Buffer.byteLength(JSON.stringify(claims));
    const signed = `${HEADER}.${encode({ ...claims, padding: '.'.repeat(Math.max(0, missing)) })}`;
    return `${signed}.${this.#sign(signed)}`;
  }

  /** @returns the token's grant; undefined if this key has not signed the token, or if it has expired */
  find(token: string): TokenGrant | undefined {
    const end = token.lastIndexOf('.');
    const signed = token.slice(0, Math.max(0, end));
    if (!isSameSecret(token.slice(end + 1), this.#sign(signed))) {
      return undefined;
    }
    const claims = JSON.parse(Buffer.from(signed.slice(signed.indexOf('.') + 1), 'base64url').toString()) as Claims;
    if (Math.round(claims.exp * 1000) <= Date.now()) {
      return undefined;
    }
    const { authorization_details } = claims;
    return authorization_details === undefined
      ? { use: 'unity-catalog' }
      : { use: 'zerobus', authorizationDetails: authorization_details };
  }

  /** @returns the grant of the bearer token in an `authorization` header; undefined without a valid one */
  findByHeader(authorization: string | undefined): TokenGrant | undefined {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : this.find(token);
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
