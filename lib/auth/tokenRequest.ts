import type { TableName } from '../table/tableName.ts';
import type { Route } from '../transport/route.ts';
import type { OAuthCredentials } from './checkCredentials.ts';

/** Whom and what a token is for. */
export type TokenRequest = IngestTokenRequest | CatalogTokenRequest;

interface AnyTokenRequest {
  readonly credentials: OAuthCredentials;
  /** How the workspace is reached. Defaults to the way that the environment names, trusting whom Node.js trusts. */
  readonly route?: Route | undefined;
}

/** A request for a token that may write one table and nothing else. */
export interface IngestTokenRequest extends AnyTokenRequest {
  /** The first label of the endpoint's host. */
  readonly workspaceId: string;
  /** The one table that the token may write. */
  readonly table: TableName;
}

/** A request for a token for the workspace's REST API, which takes no token for ingesting. */
export interface CatalogTokenRequest extends AnyTokenRequest {
  readonly table?: never;
}
