import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';

/** A DuckDB of the specs' own, whose statements run one after another. */
export class ForeignDatabase {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Starts one in memory. */
  static async open(): Promise<ForeignDatabase> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', temp_directory: '' });
    return new ForeignDatabase(instance, await instance.connect());
  }

  /** Runs a statement; 64-bit integers come back as strings. */
  run(sql: string): Promise<readonly (readonly Json[])[]> {
    const rows = this.#queue.then(async () => (await this.#connection.runAndReadAll(sql)).getRowsJson());
    this.#queue = rows.catch(() => undefined);
    return rows;
  }

  /** Ends it. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
