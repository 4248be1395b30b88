import type { Json } from './sampleRecord.ts';

/** What the programs of a table send, and to where. */
export interface SnippetTarget {
  /** The address of the gRPC service. */
  readonly endpoint: string;
  readonly workspaceUrl: string;
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly record: { readonly [name: string]: Json };
  readonly clientId: string;
  /** Undefined if programs take it from their environment. */
  readonly clientSecret: string | undefined;
  /** The certificate authority that programs must trust; undefined if they need not. */
  readonly caPath: string | undefined;
}

/** The variable of the environment with the client's secret. */
export const SECRET_VARIABLE = 'DATABRICKS_CLIENT_SECRET';

/** The variable of the environment with the file of the authorities that the official SDKs trust. */
export const AUTHORITY_VARIABLE = 'SSL_CERT_FILE';
