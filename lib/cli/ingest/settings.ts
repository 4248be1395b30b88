import type { InputFormat } from '../reading/inputFile.ts';

/** What `rxjs-zerobus ingest` was asked for. */
export interface IngestSettings {
  /** Paths and patterns. Empty for standard input. */
  readonly patterns: readonly string[];
  readonly format: InputFormat | undefined;
  readonly delimiter: string | undefined;
  /** `catalog.schema.table`, or an empty text if it is named after the first file. */
  readonly table: string;
  readonly connection: ConnectionSettings;
  /** The file of rejected records, if they do not end the run. */
  readonly rejected: string | undefined;
  readonly maxRejectionsInARow: number;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly streams: number;
  /** The most records per second. */
  readonly rate: number | undefined;
  /** The most records that are not durable, or with `resume` not in the checkpoint. */
  readonly window: number;
  /** The data directory of a local server, if it is used. */
  readonly localFolder: string | undefined;
  /** The number of records that the table of a local server is inferred from. */
  readonly sample: number;
}

/** The service, and the credentials for it. */
export interface ConnectionSettings {
  readonly endpoint: string;
  readonly workspaceUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}
