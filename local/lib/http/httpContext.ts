import type { AccessTokens } from '../auth/accessTokens.ts';
import type { ClientCredentials } from '../auth/clientCredentials.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { ServerView } from '../live/api/serverView.ts';
import type { LiveMonitor } from '../live/liveMonitor.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { TableStore } from '../storage/tableStore.ts';
import type { SiteOptions } from './refuseOtherSites.ts';

/** A table as the Unity Catalog endpoint describes it. */
export interface CatalogTable {
  readonly definition: DeltaTable;
  /** The table's GUID. */
  readonly tableId: string;
  /** The absolute path of the table's folder. */
  readonly path: string;
}

/** What a script would create. */
export interface CheckedScript {
  /** Why it can't be run; undefined if it can. */
  readonly problem: string | undefined;
  readonly tables: readonly { readonly definition: DeltaTable; readonly exists: boolean }[];
  /** What has no effect, and what happens to tables that exist. */
  readonly notes: readonly string[];
}

/** What the live page needs beside the other parts. */
export interface LiveParts {
  /** Proves that a request is made by the page. A new one is made at each start. */
  readonly pageToken: string;
  readonly monitor: LiveMonitor;
  readonly settings: Pick<ServerView, 'dataDir' | 'startedAtMs' | 'caPath' | 'flushIntervalMs' | 'rotateAfterMs'>;
}

/** The server's parts that the HTTP endpoints use. */
export interface HttpContext {
  readonly tokens: AccessTokens;
  /** If false, every token request gets a token, and Unity Catalog requires none. */
  readonly requiresAuth: boolean;
  /** The only client that gets tokens; undefined for any client id and secret that are not empty. */
  readonly credentials: ClientCredentials | undefined;
  /** The issuer of the subject tokens that are exchanged for tokens; undefined for any. */
  readonly subjectTokenIssuer: string | undefined;
  /** The workspace that token requests must name; undefined for any. */
  readonly workspaceId: string | undefined;
  readonly tokenTtlMs: number;
  /** The names of the server, for telling requests of web pages of other sites. */
  readonly sites: SiteOptions;
  readonly faults: FaultInjector;
  readonly activity: Activity;
  readonly live: LiveParts;
  readonly store: TableStore;
  /** @returns the port of the gRPC service; undefined before it listens */
  grpcPort(): number | undefined;
  /** The full names of all tables. */
  tableNames(): readonly string[];
  /** @returns the table of that full name; undefined if it is not served */
  findTable(fullName: string): CatalogTable | undefined;
  /**
   * Runs an `ALTER TABLE` statement.
   *
   * @returns the altered table
   * @throws RangeError if the table is not served
   * @throws {@link TableDefinitionError} or {@link TableStoreError} if it can't be altered like that
   */
  alterTable(sql: string): Promise<CatalogTable>;
  /**
   * Creates the tables of a script, and serves them.
   *
   * @throws {@link TableDefinitionError} or {@link TableStoreError} if that can't be done
   */
  createTables(sql: string): Promise<readonly CatalogTable[]>;
  /** What {@link createTables} would do. */
  checkTables(sql: string): CheckedScript;
}
