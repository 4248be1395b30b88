import type { CatalogTable } from './http/httpContext.ts';
import { fullTableName } from './schema/deltaType.ts';
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

  /** @returns the table in its present state; undefined if it is not served */
  find(fullName: string): CatalogTable | undefined {
    const definition = this.#store.definition(fullName);
    return definition === undefined
      ? undefined
      : { definition, tableId: this.#store.tableId(fullName), path: this.#store.tablePath(fullName) };
  }
}
