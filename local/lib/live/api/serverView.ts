/** `GET /api/local/server`: what the server is, and how clients reach it. */
export interface ServerView {
  readonly version: string;
  /** The address of the gRPC service, by the host name of the request: `http://127.0.0.1:50051`. */
  readonly endpoint: string;
  /** The address of the HTTP endpoints: `http://127.0.0.1:50052`. */
  readonly workspaceUrl: string;
  /** The absolute path of the data directory. */
  readonly dataDir: string;
  /** Milliseconds since 1970-01-01. */
  readonly startedAtMs: number;
  /** Which clients get tokens: any with an id and a secret, one client only, or no token is needed. */
  readonly auth: 'any' | 'credentials' | 'none';
  /** The only client that gets tokens, with `auth: 'credentials'`. */
  readonly clientId?: string;
  /** The certificate authority that clients must trust, with TLS of the server's own. */
  readonly caPath?: string;
  readonly flushIntervalMs: number;
  /** The age at which streams get a close signal. Absent if they get none. */
  readonly rotateAfterMs?: number;
}
