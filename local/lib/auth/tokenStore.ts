import { createHash, randomBytes } from 'node:crypto';

/** What a token grants. */
export type TokenGrant =
  /** The Unity Catalog REST API, but no ingesting. */
  | { readonly use: 'unity-catalog' }
  /** Ingesting into one table, but not the Unity Catalog REST API. */
  | { readonly use: 'zerobus'; readonly tableName: string };

interface IssuedToken {
  readonly grant: TokenGrant;
  readonly expiresAtMs: number;
}

/** The access tokens that this server issued. They are opaque, and only their hashes are kept. */
export class TokenStore {
  readonly #issued = new Map<string, IssuedToken>();

  /** @returns a new token for `grant`, valid for `ttlMs` milliseconds */
  issue(grant: TokenGrant, ttlMs: number): string {
    this.#forgetExpired();
    const token = randomBytes(32).toString('base64url');
    this.#issued.set(hash(token), { grant, expiresAtMs: Date.now() + ttlMs });
    return token;
  }

  /** @returns the token's grant; undefined if the token is unknown or expired */
  find(token: string): TokenGrant | undefined {
    const found = this.#issued.get(hash(token));
    return found !== undefined && found.expiresAtMs > Date.now() ? found.grant : undefined;
  }

  /** @returns the grant of the bearer token in an `authorization` header; undefined without a valid one */
  findByHeader(authorization: string | undefined): TokenGrant | undefined {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : this.find(token);
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [key, token] of this.#issued) {
      if (token.expiresAtMs <= now) {
        this.#issued.delete(key);
      }
    }
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
