import { createHash, randomBytes } from 'node:crypto';

/** What a token is good for. */
export type TokenGrant =
  /** The Unity Catalog REST API; not for ingesting. */
  | { readonly use: 'unity-catalog' }
  /** Ingesting into one table; not for Unity Catalog. */
  | { readonly use: 'zerobus'; readonly tableName: string };

interface IssuedToken {
  readonly grant: TokenGrant;
  readonly expiresAtMs: number;
}

/** The access tokens this server has issued. They are opaque and remembered by their hash only. */
export class TokenStore {
  readonly #issued = new Map<string, IssuedToken>();

  /** @returns a new token that `grant` holds for, for `ttlMs` milliseconds */
  issue(grant: TokenGrant, ttlMs: number): string {
    this.#forgetExpired();
    const token = randomBytes(32).toString('base64url');
    this.#issued.set(hash(token), { grant, expiresAtMs: Date.now() + ttlMs });
    return token;
  }

  /** @returns what the token is good for, or undefined where it is unknown or expired */
  find(token: string): TokenGrant | undefined {
    const found = this.#issued.get(hash(token));
    return found !== undefined && found.expiresAtMs > Date.now() ? found.grant : undefined;
  }

  /** @returns what the token of an `authorization` header is good for; undefined for no, another or a dead token */
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
