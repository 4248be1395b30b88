import type { TableName } from '../table/tableName.ts';
import type { Route } from '../transport/route.ts';
import type { OAuthCredentials } from './checkCredentials.ts';

/** The principal and the scope of a token. */
export type TokenRequest = IngestTokenRequest | CatalogTokenRequest;

interface AnyTokenRequest {
  readonly credentials: OAuthCredentials;
  /** The route to the workspace. Defaults to the route that the environment names, with Node's trusted CAs. */
  readonly route?: Route | undefined;
  /** The `user-agent` of the request. Defaults to that of this package. */
  readonly userAgent?: string | undefined;
}

/** A request for a token that can write one table and nothing else. */
export interface IngestTokenRequest extends AnyTokenRequest {
  /** The first label of the endpoint's host. */
  readonly workspaceId: string;
  /** The only table that the token can write. */
  readonly table: TableName;
}

/** A request for a token for the workspace's REST API, which does not accept tokens for ingestion. */
export interface CatalogTokenRequest extends AnyTokenRequest {
  readonly table?: never;
}
