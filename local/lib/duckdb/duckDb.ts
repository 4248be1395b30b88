import { isNativeError } from 'node:util/types';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResult,
  type DuckDBResultReader,
  StatementType,
} from '@duckdb/node-api';
import { quoteLiteral } from './quoteSql.ts';
import { variantFunction } from './variantFunction.ts';
import { wideDecimalsFunction } from './wideDecimalsFunction.ts';

/** Blanks, semicolons and comments. Each alternative matches in only one way, so no text takes long. */
const emptyText = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;

/** The most that may be spilled. A larger attempt fails as too large. */
const LARGEST_SPILL = '2GiB';

/**
 * Freed memory beyond this is returned to the operating system whenever much memory is freed. With DuckDB's default of
 * 512 MiB, a process that flushes again and again keeps several times the memory of one flush.
 */
const KEPT_FREE_MEMORY = '16MiB';

/**
 * This optimizer compares the expression of each column with all others. With thousands of columns, that takes minutes
 * and gigabytes.
 */
export const SLOW_OPTIMIZER = 'common_subexpressions';

/** Resources of the machine that a DuckDB instance may use. */
export interface DuckDbOptions {
  /** Worker threads. A flush shares the machine with the clients that it serves. Defaults to 1. */
  readonly threads?: number;
  /** Memory limit of the instance, in MiB. Defaults to 1024. */
  readonly memoryLimitMebibytes?: number;
  /** Names of the DuckDB optimizers that are turned off, separated by commas. Defaults to none. */
  readonly disabledOptimizers?: string;
  /** Folder to spill into. DuckDB creates the folder, and removes its files from it. Defaults to no spilling. */
  readonly spillFolder?: string;
}

/**
 * An in-memory DuckDB with one connection, in UTC, that never downloads an extension.
 *
 * After an internal error, DuckDB declares the whole instance invalid, and every later statement fails. This class
 * drops such an instance, and the next statement starts a new one. Nothing is therefore kept between statements.
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

  /** Runs a statement and reads its result as it is computed. Statements must not overlap. */
  async stream<Result>(sql: string, read: (result: DuckDBResult) => Promise<Result>): Promise<Result> {
    this.#connection ??= await this.#connect();
    try {
      return await read(await this.#connection.stream(sql));
    } catch (error) {
      if (isFatal(error)) {
        this.close();
      }
      throw error;
    }
  }

  /**
   * Runs a statement of a user if it is a single SELECT, and reads its result as it is computed.
   *
   * @throws {Error} if it is something else
   */
  async select<Result>(sql: string, read: (result: DuckDBResult) => Promise<Result>): Promise<Result> {
    this.#connection ??= await this.#connect();
    // DuckDB's client has no clear error for a text without a statement.
    if (emptyText.test(sql)) {
      throw new Error('Parser Error: expected one SELECT, but the text is empty.');
    }
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) {
      throw new Error(`Parser Error: expected one SELECT, but the text holds ${statements.count} statements.`);
    }
    const statement = await statements.prepare(0);
    try {
      if (statement.statementType !== StatementType.SELECT) {
        const found = StatementType[statement.statementType] ?? 'another statement';
        throw new Error(`Permission Error: only SELECT can be run, not ${found}: the tables are read-only here.`);
      }
      return await read(await statement.stream());
    } finally {
      statement.destroySync();
    }
  }

  /** Makes the statement in progress fail, if there is one. */
  interrupt(): void {
    this.#connection?.interrupt();
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
      // By default, DuckDB spills into the working directory of the process, which may belong to another program.
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
 * Whether the error has invalidated the DuckDB instance. In jest, the errors of native code have a class of another
 * context.
 */
function isFatal(error: unknown): boolean {
  return isNativeError(error) && /^(FATAL|INTERNAL) Error|database has been invalidated/.test(error.message);
}
