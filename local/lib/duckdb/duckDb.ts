import { isNativeError } from 'node:util/types';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResultReader, StatementType } from '@duckdb/node-api';
import { quoteLiteral } from './quoteSql.ts';
import { variantFunction } from './variantFunction.ts';
import { wideDecimalsFunction } from './wideDecimalsFunction.ts';

/** Blanks, semicolons and comments. Each alternative matches in one way only, so that no text takes long. */
const emptyText = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;

/** Most that is spilled; what needs more is an attempt that is too large. */
const LARGEST_SPILL = '2GiB';

/**
 * Freed memory beyond this goes back to the operating system whenever much of it is freed. By DuckDB's own default of
 * 512 MiB, a process that flushes again and again keeps several times of what one flush takes.
 */
const KEPT_FREE_MEMORY = '16MiB';

/** How much of the machine a DuckDB instance may take. */
export interface DuckDbOptions {
  /** Worker threads. Default 1: a flush shares the machine with the clients it serves. */
  readonly threads?: number;
  /** Memory limit of the instance, in MiB. Default 1024. */
  readonly memoryLimitMebibytes?: number;
  /** Names of DuckDB's optimizers that it runs without, separated by commas. Default: none. */
  readonly disabledOptimizers?: string;
  /** Folder that it may spill into; it makes the folder, and removes its files from it. Default: it does not spill. */
  readonly spillFolder?: string;
}

/**
 * An in-memory DuckDB with one connection, in UTC, that never downloads an extension.
 *
 * DuckDB declares a whole instance invalid after an internal error, and every later statement fails: this class drops
 * such an instance, so that the next statement starts on a new one. It therefore keeps nothing between statements.
 */
export class DuckDb {
  readonly #options: DuckDbOptions;
  #instance: DuckDBInstance | undefined;
  #connection: DuckDBConnection | undefined;
  #memoryLimitMebibytes: number;

  constructor(options: DuckDbOptions = {}) {
    this.#options = options;
    this.#memoryLimitMebibytes = options.memoryLimitMebibytes ?? 1024;
  }

  /** Changes the memory limit for the statements that follow, in MiB. */
  async limitMemory(mebibytes: number): Promise<void> {
    if (mebibytes !== this.#memoryLimitMebibytes) {
      this.#memoryLimitMebibytes = mebibytes;
      await this.#connection?.run(`SET memory_limit = '${mebibytes}MiB'`);
    }
  }

  /** Runs a statement and reads its whole result. Statements must not overlap. */
  async run(sql: string): Promise<DuckDBResultReader> {
    this.#connection ??= await this.#connect();
    try {
      return await this.#connection.runAndReadAll(sql);
    } catch (error) {
      if (isFatal(error)) {
        this.close();
      }
      throw error;
    }
  }

  /**
   * Runs a statement that comes from a user, if it is a single SELECT.
   *
   * @throws Error where it is something else
   */
  async select(sql: string): Promise<DuckDBResultReader> {
    this.#connection ??= await this.#connect();
    // DuckDB's client has no clear error for a text without a statement.
    if (emptyText.test(sql)) {
      throw new Error('Parser Error: expected one SELECT, but the text is empty');
    }
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) {
      throw new Error(`Parser Error: expected one SELECT, but the text holds ${statements.count} statements`);
    }
    const statement = await statements.prepare(0);
    try {
      if (statement.statementType !== StatementType.SELECT) {
        const found = StatementType[statement.statementType] ?? 'another statement';
        throw new Error(`Permission Error: only SELECT can be run, not ${found}: the tables are read-only here`);
      }
      return await statement.runAndReadAll();
    } finally {
      statement.destroySync();
    }
  }

  /** Frees the instance. A later statement starts a new one. */
  close(): void {
    this.#connection?.closeSync();
    this.#instance?.closeSync();
    this.#connection = undefined;
    this.#instance = undefined;
  }

  async #connect(): Promise<DuckDBConnection> {
    this.#instance ??= await DuckDBInstance.create(':memory:', {
      threads: String(this.#options.threads ?? 1),
      memory_limit: `${this.#memoryLimitMebibytes}MiB`,
      allocator_bulk_deallocation_flush_threshold: KEPT_FREE_MEMORY,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // By default it spills where the process was started, whoever that directory belongs to.
      temp_directory: this.#options.spillFolder ?? '',
      max_temp_directory_size: LARGEST_SPILL,
    });
    const connection = await this.#instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`SET disabled_optimizers = ${quoteLiteral(this.#options.disabledOptimizers ?? '')}`);
    connection.registerScalarFunction(variantFunction());
    connection.registerScalarFunction(wideDecimalsFunction());
    return connection;
  }
}

/**
 * Whether the error has invalidated the DuckDB instance. In jest, errors of native code are of another context's class.
 */
function isFatal(error: unknown): boolean {
  return isNativeError(error) && /^(FATAL|INTERNAL) Error|database has been invalidated/.test(error.message);
}
