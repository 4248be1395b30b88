import { rm } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Activity } from './faults/activity.ts';
import type { FaultInjector } from './faults/faultInjector.ts';
import type { GrpcEndpoint } from './grpc/grpcEndpoint.ts';
import type { CatalogTable } from './http/httpContext.ts';
import type { HttpEndpoint } from './http/httpEndpoint.ts';
import type { DeltaTable } from './schema/deltaType.ts';
import type { ServedTables } from './servedTables.ts';
import type { TableCounters, TableStore } from './storage/tableStore.ts';
import { forgetAuthority, type ServerTls } from './tls/serverTls.ts';

/** What a {@link ZerobusLocal} is made of. */
export interface ZerobusLocalParts {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly dataDir: string;
  /** The data folder where it is this server's own, to be removed at the end. */
  readonly temporaryDir: string | undefined;
  /** What the endpoints speak TLS with, where they do. */
  readonly tls: ServerTls | undefined;
  readonly grpc: GrpcEndpoint;
  readonly http: HttpEndpoint;
  readonly store: TableStore;
  readonly tables: ServedTables;
  readonly faults: FaultInjector;
  readonly activity: Activity;
}

/**
 * Makes a {@link ZerobusLocal}. It is not exported by the package, so that the published declarations do not mention
 * the parts.
 */
export let createZerobusLocal: (parts: ZerobusLocalParts) => ZerobusLocal;

/** A running Zerobus, as `startZerobusLocal` returns it. */
export class ZerobusLocal {
  /** The address of the gRPC service, as a client takes it: `http://127.0.0.1:50051`. */
  readonly endpoint: string;
  /**
   * The address of the OAuth and Unity Catalog endpoints, which clients call the workspace: `http://127.0.0.1:8080`.
   */
  readonly workspaceUrl: string;
  /** The port of the gRPC service. */
  readonly port: number;
  /** The port of the OAuth and Unity Catalog endpoints. */
  readonly httpPort: number;
  /** The folder of the tables and of the write-ahead log. */
  readonly dataDir: string;
  /**
   * The certificate of the authority that was made for this server (PEM), which clients have to trust; with `tls:
   * true`.
   */
  readonly ca: string | undefined;
  /** The file with {@link ca}: `tls/ca.pem` in the data folder, until the server closes. */
  readonly caPath: string | undefined;
  /** Makes the server misbehave, for tests of clients. */
  readonly faults: FaultInjector;
  /** What the server sees: counters, and a promise of the next stream. */
  readonly activity: Activity;
  readonly #parts: ZerobusLocalParts;
  #closing: Promise<void> | undefined;

  static {
    createZerobusLocal = (parts) => new ZerobusLocal(parts);
  }

  private constructor(parts: ZerobusLocalParts) {
    this.#parts = parts;
    const host = isIPv6(parts.host) ? `[${parts.host}]` : parts.host;
    const scheme = parts.tls === undefined ? 'http' : 'https';
    this.endpoint = `${scheme}://${host}:${parts.port}`;
    this.workspaceUrl = `${scheme}://${host}:${parts.httpPort}`;
    this.port = parts.port;
    this.httpPort = parts.httpPort;
    this.dataDir = parts.dataDir;
    this.ca = parts.tls?.made?.ca;
    this.caPath = parts.tls?.made?.caPath;
    this.faults = parts.faults;
    this.activity = parts.activity;
  }

  /** The tables that are served. */
  get tables(): readonly DeltaTable[] {
    return this.#parts.store.tables;
  }

  /**
   * The folder of a table, which a Delta reader is pointed at.
   *
   * @throws RangeError where the table is not served
   */
  tablePath(fullName: string): string {
    return this.#table(fullName).path;
  }

  /**
   * How many rows a table holds, and how many are on their way.
   *
   * @throws RangeError where the table is not served
   */
  counters(fullName: string): TableCounters {
    this.#table(fullName);
    return this.#parts.store.counters(fullName);
  }

  /** Brings every row that is acknowledged now into the Delta tables; resolves when readers see them. */
  flush(): Promise<void> {
    return this.#parts.store.flush();
  }

  /**
   * Ends the streams once their rows are acknowledged, brings all rows into the Delta tables, and releases ports, files
   * and the temporary folder. Calling it again does nothing more.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeParts();
    return this.#closing;
  }

  /** Closes, so that `await using` does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #table(fullName: string): CatalogTable {
    const table = this.#parts.tables.find(fullName);
    if (table === undefined) {
      throw new RangeError(
        `The table ${fullName} is not served. Served are: ${this.#parts.tables.fullNames.join(', ')}.`,
      );
    }
    return table;
  }

  async #closeParts(): Promise<void> {
    const { grpc, http, store, temporaryDir, tls } = this.#parts;
    try {
      // Streams end when their rows are on the disk: none may wait for a flush that can fail.
      store.liftLimits();
      await Promise.all([grpc.close(), http.close()]);
      await store.close();
    } finally {
      if (tls !== undefined) {
        await forgetAuthority(tls);
      }
      if (temporaryDir !== undefined) {
        await rm(temporaryDir, { recursive: true, force: true });
      }
    }
  }
}
