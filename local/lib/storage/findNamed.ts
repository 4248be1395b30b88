import { TableStoreError } from '../errors.ts';
import { fullTableName } from '../schema/deltaType.ts';
import type { FoundTable } from './findTables.ts';

/**
 * Finds the table of a name.
 *
 * @param given `catalog.schema.table`, `schema.table` or `table`, in any case
 * @returns undefined if there is none
 * @throws {@link TableStoreError} if the name is a short one that several tables have
 */
export function findNamed(found: readonly FoundTable[], given: string): FoundTable | undefined {
  const wanted = given.toLowerCase();
  const full = found.find(({ name }) => fullTableName(name).toLowerCase() === wanted);
  if (full !== undefined) {
    return full;
  }
  const [table, ...others] = found.filter(({ name }) => fullTableName(name).toLowerCase().endsWith(`.${wanted}`));
  if (table !== undefined && others.length > 0) {
    const candidates = [table, ...others].map(({ name }) => fullTableName(name));
    throw new TableStoreError(`${given} is ambiguous: it can be ${candidates.join(' or ')}. Use the full name.`);
  }
  return table;
}
