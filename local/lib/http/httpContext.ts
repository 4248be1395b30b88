import type { TokenStore } from '../auth/tokenStore.ts';
import type { Activity } from '../faults/activity.ts';
import type { FaultInjector } from '../faults/faultInjector.ts';
import type { DeltaTable } from '../schema/deltaType.ts';

/** A client that may ask for tokens. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A table as the Unity Catalog endpoint tells of it. */
export interface CatalogTable {
  readonly definition: DeltaTable;
  /** The table's GUID. */
  readonly tableId: string;
  /** The absolute path of the table's folder. */
  readonly path: string;
}

/** What the HTTP endpoints work with. */
export interface HttpContext {
  readonly tokens: TokenStore;
  /** False: token requests are answered whatever they carry, and Unity Catalog asks for no token. */
  readonly requiresAuth: boolean;
  /** The one client that gets tokens; undefined: any client id with any secret, as long as neither is empty. */
  readonly credentials: ClientCredentials | undefined;
  /** The workspace that token requests have to name; undefined: any. */
  readonly workspaceId: string | undefined;
  readonly tokenTtlMs: number;
  readonly faults: FaultInjector;
  readonly activity: Activity;
  /** @returns the table of that full name, or undefined where it is not served */
  findTable(fullName: string): CatalogTable | undefined;
}
