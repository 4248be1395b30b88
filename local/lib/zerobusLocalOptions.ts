import type { DeltaTable } from './schema/deltaType.ts';
import type { FlushEvent } from './storage/flushQueue.ts';
import type { GivenTls } from './tls/serverTls.ts';

/** Options of `startZerobusLocal`. All of them have a default. */
export interface ZerobusLocalOptions {
  /**
   * Folder of the tables and of the write-ahead log; created if it does not exist. Tables that are in it from earlier
   * runs are served again. Defaults to a new folder in the system's temp folder, which `close` removes.
   */
  readonly dataDir?: string;
  /** Tables to serve: `CREATE TABLE` statements, or definitions. Defaults to those that are in `dataDir`. */
  readonly tables?: readonly (string | DeltaTable)[];
  /** Host name or address to listen on. Defaults to `127.0.0.1`, this machine only. */
  readonly host?: string;
  /** Port of the gRPC service; 0: any that is free. Defaults to `0`. */
  readonly port?: number;
  /** Port of the OAuth and Unity Catalog endpoints; 0: any that is free. Defaults to `0`. */
  readonly httpPort?: number;
  /**
   * Speaks TLS at all ports. `true`: with certificates made at start, for `localhost`, `127.0.0.1`, `::1` and `host`;
   * clients have to trust `ca` or `caPath`. `{ cert, key, ca }`: with these, and with `ca` only with clients that have
   * a certificate of it. Defaults to plaintext.
   */
  readonly tls?: boolean | GivenTls;
  /**
   * `false`: no token is asked for, on gRPC as on HTTP. `{ clientId, clientSecret }`: only this client gets tokens.
   * Otherwise any client id with any secret gets tokens, as long as neither is empty, and the tokens are checked.
   * Defaults to any client.
   */
  readonly auth?: false | { readonly clientId: string; readonly clientSecret: string };
  /**
   * The workspace id that token requests have to name. Clients take it from the first label of the endpoint's host
   * name, which is `127` or `localhost` here. Defaults to any.
   */
  readonly workspaceId?: string;
  /** How long tokens are good for, in milliseconds. Defaults to `3600000` (one hour). */
  readonly tokenTtlMs?: number;
  /** Longest time an acknowledged row takes to show in its Delta table, in milliseconds. Defaults to `5000`. */
  readonly flushIntervalMs?: number;
  /**
   * Length of a table's rows that are acknowledged, but not in its Delta table yet, at which its streams have to wait
   * for the flush, in bytes. Defaults to 1 GiB.
   */
  readonly maxUnflushedBytes?: number;
  /**
   * Streams are told to leave after this time, as the service does every 15 minutes, in milliseconds. Defaults to
   * never.
   */
  readonly rotateAfterMs?: number;
  /** How long a stream that was told to leave may stay, in milliseconds. Defaults to `10000`. */
  readonly rotationGraceMs?: number;
  /** Told of each commit that has brought rows into a Delta table. Defaults to none. */
  readonly onFlush?: (event: FlushEvent) => void;
  /** Told of failures in the background, such as a full disk. Defaults to one line on stderr. */
  readonly onError?: (error: Error) => void;
}
