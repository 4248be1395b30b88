/** `GET /api/local/tokens`: a token that was issued, without the token. At most 200 are kept, newest first. */
export interface TokenView {
  /** Counts the tokens since the server has started. */
  readonly id: number;
  /** Milliseconds since 1970-01-01. */
  readonly issuedAtMs: number;
  /** Milliseconds since 1970-01-01. */
  readonly expiresAtMs: number;
  readonly use: 'zerobus' | 'unity-catalog';
  /** The tables that it grants writing into. Empty for Unity Catalog. */
  readonly tables: readonly string[];
  readonly grantType: 'client_credentials' | 'token-exchange';
  readonly clientId: string;
  /** The client's `user-agent`; '' if it has sent none. */
  readonly userAgent: string;
}
