import type { CatalogTable } from './http/httpContext.ts';
import { fullTableName } from './schema/deltaType.ts';
import { parseAlterTable } from './schema/parseAlterTable.ts';
import type { TableStore } from './storage/tableStore.ts';

/** Finds the tables of a store by their full names. As in Unity Catalog, their case does not matter. */
export class ServedTables {
  readonly #store: TableStore;

  constructor(store: TableStore) {
    this.#store = store;
  }

  /** `catalog.schema.table` of each table. */
  get fullNames(): readonly string[] {
    return this.#store.tables.map(fullTableName);
  }

  /** Acknowledged rows of all tables that are in no Delta table yet. */
  get unflushedRows(): number {
    return this.fullNames.reduce((sum, fullName) => sum + this.#store.counters(fullName).unflushedRows, 0);
  }

  /** @returns the table in its present state; undefined if it is not served */
  find(fullName: string): CatalogTable | undefined {
    const definition = this.#store.definition(fullName);
    return definition === undefined
      ? undefined
      : { definition, tableId: this.#store.tableId(fullName), path: this.#store.tablePath(fullName) };
  }

  /**
   * Runs an `ALTER TABLE` statement.
   *
   * @returns the altered table
   * @throws RangeError if the table is not served
   * @throws {@link TableDefinitionError} if the statement is wrong, or if the table can't be altered like that
   * @throws {@link TableStoreError} if the table can't be read or written to
   */
  async alter(sql: string): Promise<CatalogTable> {
    const { table, changes } = parseAlterTable(sql);
    const fullName = table.join('.');
    if (this.find(fullName) === undefined) {
      throw this.#store.problem(fullName) ?? this.#notServed(fullName);
    }
    await this.#store.alter(fullName, changes);
    return this.get(fullName);
  }

  /** @throws RangeError if the table is not served */
  get(fullName: string): CatalogTable {
    const table = this.find(fullName);
    if (table === undefined) {
      throw this.#notServed(fullName);
    }
    return table;
  }

  #notServed(fullName: string): RangeError {
    return new RangeError(`The table ${fullName} is not served. The served tables are: ${this.fullNames.join(', ')}.`);
  }
}
