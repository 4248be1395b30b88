import type { TableName } from '../tableName.ts';
import type { OAuthCredentials } from './credentials.ts';

/** Whom and what a token is for. */
export interface TokenRequest {
  readonly credentials: OAuthCredentials;
  /** The first label of the endpoint's host. */
  readonly workspaceId: string;
  /** The one table that the token may write. */
  readonly table: TableName;
}
