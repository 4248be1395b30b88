import type { CatalogTable } from './http/httpContext.ts';
import { fullTableName } from './schema/deltaType.ts';
import type { TableStore } from './storage/tableStore.ts';

/** The tables of a store, found by their full names, whose case does not matter, as in Unity Catalog. */
export class ServedTables {
  /** `catalog.schema.table` of each. */
  readonly fullNames: readonly string[];
  private readonly byName: ReadonlyMap<string, CatalogTable>;

  constructor(store: TableStore) {
    this.fullNames = store.tables.map(fullTableName);
    this.byName = new Map(
      store.tables.map((definition) => {
        const fullName = fullTableName(definition);
        const table = { definition, tableId: store.tableId(fullName), path: store.tablePath(fullName) };
        return [fullName.toLowerCase(), table];
      }),
    );
  }

  /** @returns the table, or undefined where it is not served */
  find(fullName: string): CatalogTable | undefined {
    return this.byName.get(fullName.toLowerCase());
  }
}
