import type { CatalogTable } from './http/httpContext.ts';
import { fullTableName } from './schema/deltaType.ts';
import type { TableStore } from './storage/tableStore.ts';

/** The tables of a store, found by their full names, whose case does not matter, as in Unity Catalog. */
export class ServedTables {
  readonly #store: TableStore;

  constructor(store: TableStore) {
    this.#store = store;
  }

  /** `catalog.schema.table` of each. */
  get fullNames(): readonly string[] {
    return this.#store.tables.map(fullTableName);
  }

  /** @returns the table as it is now, or undefined if it is not served */
  find(fullName: string): CatalogTable | undefined {
    const definition = this.#store.definition(fullName);
    return definition === undefined
      ? undefined
      : { definition, tableId: this.#store.tableId(fullName), path: this.#store.tablePath(fullName) };
  }
}
