import type { TokenStore } from '../auth/tokenStore.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { DeltaTable } from '../schema/deltaType.ts';

/** The client that gets tokens. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A table as the Unity Catalog endpoint describes it. */
export interface CatalogTable {
  readonly definition: DeltaTable;
  /** The table's GUID. */
  readonly tableId: string;
  /** The absolute path of the table's folder. */
  readonly path: string;
}

/** The server's parts that the HTTP endpoints use. */
export interface HttpContext {
  readonly tokens: TokenStore;
  /** If false, every token request gets a token, and Unity Catalog requires none. */
  readonly requiresAuth: boolean;
  /** The only client that gets tokens; undefined for any client id and secret that are not empty. */
  readonly credentials: ClientCredentials | undefined;
  /** The workspace that token requests must name; undefined for any. */
  readonly workspaceId: string | undefined;
  readonly tokenTtlMs: number;
  readonly faults: FaultInjector;
  readonly activity: Activity;
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
}
