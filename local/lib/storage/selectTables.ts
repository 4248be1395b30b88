import { TableStoreError } from '../errors.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { FoundTable } from './findTables.ts';

/**
 * The tables with these names.
 *
 * @param fullNames `catalog.schema.table`, in any case. Empty for all tables that can be read.
 * @throws {@link TableStoreError} if there is no table of a name, or if it can't be read
 */
export function selectTables(found: readonly FoundTable[], fullNames: readonly string[]): readonly FoundTable[] {
  if (fullNames.length === 0) {
    return found.filter(({ problem }) => problem === undefined);
  }
  return fullNames.map((fullName) => {
    const table = found.find(({ name }) => fullTableName(name).toLowerCase() === fullName.toLowerCase());
    if (table === undefined) {
      const known = found.map(({ name }) => fullTableName(name)).join(', ');
      throw new TableStoreError(`There is no table ${fullName}. The tables are: ${known}.`);
    }
    if (table.problem !== undefined) {
      throw new TableStoreError(`${fullName} can't be read: ${table.problem.message}`, { cause: table.problem });
    }
    return table;
  });
}
