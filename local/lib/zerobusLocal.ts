import { rm } from 'node:fs/promises';
import { TableDefinitionError } from './errors.ts';
import type { Activity } from './faults/activity.ts';
import type { FaultInjector } from './faults/faultInjector.ts';
import type { GrpcEndpoint } from './grpc/grpcEndpoint.ts';
import type { FlushEndpoint } from './http/flushEndpoint.ts';
import type { CatalogTable } from './http/httpContext.ts';
import type { HttpEndpoint } from './http/httpEndpoint.ts';
import { reachableHosts, urlHost } from './net/reachableHosts.ts';
import type { DeltaTable } from './schema/deltaType.ts';
import type { ServedTables } from './servedTables.ts';
import type { TableCounters, TableStore } from './storage/tableStore.ts';
import type { ServerTls } from './tls/serverTls.ts';

/** The parts of a {@link ZerobusLocal}. */
export interface ZerobusLocalParts {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly dataDir: string;
  /** The data directory if it is temporary. `close` removes it. */
  readonly temporaryDir: string | undefined;
  /** The certificates of the endpoints, if they speak TLS. */
  readonly tls: ServerTls | undefined;
  readonly grpc: GrpcEndpoint;
  readonly http: HttpEndpoint;
  readonly flushEndpoint: FlushEndpoint | undefined;
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

/** A running Zerobus. `startZerobusLocal` returns it. */
export class ZerobusLocal {
  /**
   * The address of the gRPC service, for the client's `endpoint`: `http://127.0.0.1:50051`. If the server listens on
   * all addresses (`0.0.0.0` or `::`), this is the one for clients on this machine.
   */
  readonly endpoint: string;
  /**
   * The address of the HTTP endpoints (OAuth, Unity Catalog, REST ingest), which clients call the workspace URL:
   * `http://127.0.0.1:8080`.
   */
  readonly workspaceUrl: string;
  /** The port of the gRPC service. */
  readonly port: number;
  /** The port of the HTTP endpoints. */
  readonly httpPort: number;
  /** The data directory: tables and write-ahead logs. */
  readonly dataDir: string;
  /**
   * The certificate (PEM) of the authority that signs this server's certificates. Clients must trust it. Only set with
   * `tls: true`.
   */
  readonly ca: string | undefined;
  /**
   * The file that holds {@link ca}: `tls/ca.pem` in the data directory. It stays when the server closes, and later
   * starts use the same authority.
   */
  readonly caPath: string | undefined;
  /** Injects faults, to test clients. */
  readonly faults: FaultInjector;
  /** Counters, and promises of what happens next. */
  readonly activity: Activity;
  readonly #parts: ZerobusLocalParts;
  #closing: Promise<void> | undefined;

  static {
    createZerobusLocal = (parts) => new ZerobusLocal(parts);
  }

  private constructor(parts: ZerobusLocalParts) {
    this.#parts = parts;
    const host = urlHost(reachableHosts(parts.host)[0]);
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

  /** The served tables. */
  get tables(): readonly DeltaTable[] {
    return this.#parts.store.tables;
  }

  /**
   * The folder of a table, for Delta readers.
   *
   * @throws RangeError if the table is not served
   */
  tablePath(fullName: string): string {
    return this.#parts.tables.get(fullName).path;
  }

  /**
   * Counts the rows of a table, and those that still wait for the flush.
   *
   * @throws RangeError if the table is not served
   */
  counters(fullName: string): TableCounters {
    this.#parts.tables.get(fullName);
    return this.#parts.store.counters(fullName);
  }

  /**
   * Alters a table while it is served. Open streams go on, and their rows have NULL in a column that is added. Streams
   * that are created from now on can use it.
   *
   * @example
   * await zerobus.alterTable("ALTER TABLE main.iot.readings ADD COLUMNS (note STRING COMMENT 'why' AFTER temp)");
   *
   * @param sql `ALTER TABLE … ADD COLUMNS (…)` or `ALTER TABLE … ALTER COLUMN … SET TAGS (…)`
   * @returns the table with its new columns
   * @throws RangeError if the table is not served
   * @throws {@link TableDefinitionError} if the statement is wrong, or if the table can't be altered like that
   * @throws {@link TableStoreError} if the table can't be written to
   */
  async alterTable(sql: string): Promise<DeltaTable> {
    return (await this.#parts.tables.alter(sql)).definition;
  }

  /**
   * Creates a table while the server runs. Clients can write into it at once. As at the start, a table that exists
   * gets the nullable columns and struct fields that only the statement has, and otherwise stays as it is.
   *
   * @example
   * await zerobus.createTable('CREATE TABLE main.iot.alarms (device STRING NOT NULL, raised TIMESTAMP)');
   *
   * @param sql one `CREATE TABLE` statement, and what else a script of `tables` may have. Its placeholders have the
   * values of the option `variables`
   * @returns the table
   * @throws {@link TableDefinitionError} if the statement is wrong, or if there are several
   * @throws {@link TableStoreError} if the table exists and can't become what the statement says, or if the disk
   * refuses it
   */
  async createTable(sql: string): Promise<DeltaTable> {
    const { tables } = this.#parts;
    if (tables.check(sql).tables.length > 1) {
      throw new TableDefinitionError('There are several CREATE TABLE statements. Call createTable for each of them.');
    }
    const [created] = await tables.create(sql);
    return (created as CatalogTable).definition;
  }

  /** Flushes every row acknowledged so far into its Delta table. Resolves when readers see the rows. */
  flush(): Promise<void> {
    return this.#parts.store.flush();
  }

  /**
   * Ends the streams once their rows are acknowledged, flushes all rows into the Delta tables, and releases ports,
   * files and the temporary data directory. Later calls return the same promise.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeParts();
    return this.#closing;
  }

  /** The same as {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeParts(): Promise<void> {
    const { grpc, http, flushEndpoint, store, temporaryDir } = this.#parts;
    try {
      // Streams end when their rows are on disk. They must not wait for a flush, which can fail.
      store.liftLimits();
      await Promise.all([grpc.close(), http.close(), flushEndpoint?.close()]);
      await store.close();
    } finally {
      if (temporaryDir !== undefined) {
        await rm(temporaryDir, { recursive: true, force: true });
      }
    }
  }
}
