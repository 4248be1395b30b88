import type { ServerEvent } from './faults/serverEvent.ts';
import type { DeltaTable } from './schema/deltaType.ts';
import type { FlushEvent } from './storage/flushQueue.ts';
import type { GivenTls } from './tls/serverTls.ts';

/** Options of `startZerobusLocal`. All of them are optional. */
export interface ZerobusLocalOptions {
  /**
   * The data directory: tables and write-ahead logs. It is created if it does not exist. Tables of earlier runs are
   * served again. Defaults to a new folder in the system's temporary folder, which `close` removes.
   */
  readonly dataDir?: string;
  /**
   * Tables to serve: scripts with `CREATE TABLE` statements, or definitions. Defaults to the tables in `dataDir`.
   */
  readonly tables?: readonly (string | DeltaTable)[];
  /**
   * Values of placeholders in the scripts by their names. `{ catalog: 'main' }` sets `${catalog}`, `{{catalog}}` and
   * `:catalog`. Defaults to none.
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Host name or address to listen on; `0.0.0.0` or `::` for all addresses of this machine. Defaults to `127.0.0.1`,
   * which only this machine can reach.
   */
  readonly host?: string;
  /**
   * Further host names by which browsers reach the HTTP endpoints, such as that of a tunnel. Names of this machine and
   * of private networks need not be listed. Defaults to none.
   */
  readonly allowedHosts?: readonly string[];
  /** Port of the gRPC service; 0 for any free port. Defaults to 0. */
  readonly port?: number;
  /** Port of the HTTP endpoints (OAuth, Unity Catalog, REST ingest); 0 for any free port. Defaults to 0. */
  readonly httpPort?: number;
  /**
   * TLS on both ports. With `true`, a certificate for `localhost`, `127.0.0.1`, `::1` and `host` is made at start, and
   * clients must trust its authority, `caPath`, which stays in `dataDir`. With `{ cert, key, ca }`, these are used; if
   * `ca` is set, clients must have a certificate that it signed. Defaults to no TLS.
   */
  readonly tls?: boolean | GivenTls;
  /**
   * With `false`, neither gRPC nor HTTP requires a token. With `{ clientId, clientSecret }`, only this client gets
   * tokens. Defaults to checked tokens, which any client gets with a client id and a secret that are not empty.
   */
  readonly auth?: false | { readonly clientId: string; readonly clientSecret: string };
  /**
   * The issuer (`iss`) of an identity provider whose tokens are exchanged for tokens of this server (RFC 8693).
   * Signatures are not verified. Defaults to any subject token; if `auth` names the only client, to no exchange.
   */
  readonly subjectTokenIssuer?: string;
  /**
   * The workspace id that token requests must name. Clients take it from the first label of the endpoint's host name,
   * which is `127` or `localhost` here. Defaults to any.
   */
  readonly workspaceId?: string;
  /** How long tokens are valid, in ms. Defaults to 3,600,000 (one hour). */
  readonly tokenTtlMs?: number;
  /** The longest time until an acknowledged row is in its Delta table, in ms. Defaults to 5,000. */
  readonly flushIntervalMs?: number;
  /**
   * The size of a table's acknowledged rows that are not in its Delta table yet, in bytes. Beyond it, the table's
   * streams must wait for the flush. Defaults to 1 GiB.
   */
  readonly maxUnflushedBytes?: number;
  /**
   * How many small files of a table are merged into one in the background. 0 leaves all files as they are. Defaults to
   * 32.
   */
  readonly optimizeAfterFiles?: number;
  /**
   * The age at which a stream gets a close signal, in ms. The service sends one every 15 minutes. Defaults to never.
   */
  readonly rotateAfterMs?: number;
  /** How long a stream may stay after a close signal, in ms. Defaults to 10,000. */
  readonly rotationGraceMs?: number;
  /** Called with each commit that adds rows to a Delta table. */
  readonly onFlush?: (event: FlushEvent) => void;
  /**
   * Called with each stream that is opened or closed, each refusal, each TLS handshake that fails, each token that is
   * issued, each commit, and acknowledged rows that can't be written. No event contains a token, a secret or values of
   * records.
   */
  readonly onEvent?: (event: ServerEvent) => void;
  /**
   * Called with each part of a script that is skipped or has no effect, with its place. Defaults to one line on stderr.
   */
  readonly onNote?: (note: string) => void;
  /** Called with failures in the background, such as a full disk. Defaults to one line on stderr. */
  readonly onError?: (error: Error) => void;
}
