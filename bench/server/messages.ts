/** What the server process is started with. */
export interface LocalServerOptions {
  readonly dataDir: string;
  readonly flushIntervalMs: number;
}

/** What the server process is asked. */
export interface TableQuestion {
  readonly tableName: string;
  /** Whether it answers only when every row shows in the Delta table. */
  readonly isPatient: boolean;
}

/** What it answers. */
export interface TableAnswer {
  /** Rows acknowledged. */
  readonly acceptedRows: number;
  /** Rows in the Delta table. */
  readonly tableRows: number;
  /** When it was so, in ms since 1970. */
  readonly atMs: number;
}
