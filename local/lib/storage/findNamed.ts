import { TableStoreError } from '../errors.ts';
import type { TableName } from '../files/dataPaths.ts';
import { fullTableName } from '../schema/deltaType.ts';

/** What has the name of a table. */
interface Named {
  readonly name: TableName;
}

/**
 * Finds the table of a name.
 *
 * @param given `catalog.schema.table`, `schema.table` or `table`, in any case
 * @returns undefined if there is none
 * @throws {@link TableStoreError} if the name is a short one that several tables have
 */
export function findNamed<Table extends Named>(found: readonly Table[], given: string): Table | undefined {
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

/**
 * Finds the table of a name, like {@link findNamed}.
 *
 * @throws {@link TableStoreError} also if there is none; the message names the tables that there are
 */
export function getNamed<Table extends Named>(found: readonly Table[], given: string): Table {
  const table = findNamed(found, given);
  if (table === undefined) {
    const known = found.map(({ name }) => fullTableName(name)).join(', ');
    throw new TableStoreError(
      `There is no table ${given}. ${known === '' ? 'There are none.' : `The tables are: ${known}.`}`,
    );
  }
  return table;
}
