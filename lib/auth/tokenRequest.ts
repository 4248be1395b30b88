import type { TableName } from '../tableName.ts';
import type { OAuthCredentials } from './credentials.ts';

/** Whom and what a token is for. */
export type TokenRequest = IngestTokenRequest | CatalogTokenRequest;

/** A request for a token that may write one table and nothing else. */
export interface IngestTokenRequest {
  readonly credentials: OAuthCredentials;
  /** The first label of the endpoint's host. */
  readonly workspaceId: string;
  /** The one table that the token may write. */
  readonly table: TableName;
}

/** A request for a token for the workspace's REST API, which takes no token for ingesting. */
export interface CatalogTokenRequest {
  readonly credentials: OAuthCredentials;
  readonly table?: never;
}
