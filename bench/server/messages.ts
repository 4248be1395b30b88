/** The parameters of the server process. */
export interface LocalServerOptions {
  readonly dataDir: string;
  readonly flushIntervalMs: number;
}

/** Where the server process is reached. */
export interface LocalServerAddress {
  readonly endpoint: string;
  readonly workspaceUrl: string;
}

/** A question to the server process. */
export interface TableQuestion {
  readonly tableName: string;
  /** Whether it answers only when every row shows in the Delta table. */
  readonly isPatient: boolean;
}

/** The answer of the server process. */
export interface TableAnswer {
  /** Rows that were acknowledged. */
  readonly acceptedRows: number;
  /** Rows in the Delta table. */
  readonly tableRows: number;
  /** The time of the answer, in ms since 1970. */
  readonly atMs: number;
}
