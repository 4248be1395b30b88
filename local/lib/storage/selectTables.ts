import { TableStoreError } from '../errors.ts';
import { getNamed } from './findNamed.ts';
import type { FoundTable } from './findTables.ts';

/**
 * The tables with these names.
 *
 * @param names full names, or short ones that are unique, in any case. Empty for all tables that can be read.
 * @throws {@link TableStoreError} if there is no single table of a name, or if it can't be read
 */
export function selectTables(found: readonly FoundTable[], names: readonly string[]): readonly FoundTable[] {
  if (names.length === 0) {
    return found.filter(({ problem }) => problem === undefined);
  }
  return names.map((given) => {
    const table = getNamed(found, given);
    if (table.problem !== undefined) {
      throw new TableStoreError(`${given} can't be read: ${table.problem.message}`, { cause: table.problem });
    }
    return table;
  });
}
