import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';

/** The specs' own DuckDB. Its statements run one after another. */
export class ForeignDatabase {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Starts a DuckDB in memory. */
  static async open(): Promise<ForeignDatabase> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', temp_directory: '' });
    return new ForeignDatabase(instance, await instance.connect());
  }

  /** Runs a statement. 64-bit integers are returned as strings. */
  run(sql: string): Promise<readonly (readonly Json[])[]> {
    const rows = this.#queue.then(async () => (await this.#connection.runAndReadAll(sql)).getRowsJson());
    this.#queue = rows.catch(() => undefined);
    return rows;
  }

  /** Closes the DuckDB. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
