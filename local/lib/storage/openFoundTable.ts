import { UnwritableTableError } from '../errors.ts';
import { writeAheadFolder } from '../files/dataPaths.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import type { FoundTable } from './findTables.ts';
import { openStoredTable, type StoredTableOptions } from './openStoredTable.ts';
import type { StoredTable } from './storedTable.ts';

/**
 * Opens a table that is on the disk.
 *
 * @throws {@link UnwritableTableError} if it can't be served
 */
export async function openFoundTable(
  dataDir: string,
  { name, definition, snapshot, problem }: FoundTable,
  options: Omit<StoredTableOptions, 'dataDir' | 'definition' | 'snapshot'>,
): Promise<StoredTable> {
  try {
    if (definition === undefined || snapshot === undefined) {
      throw problem;
    }
    return await openStoredTable({ ...options, dataDir, definition, snapshot });
  } catch (cause) {
    const { message } = toError(cause);
    const isOfSystem = !message.endsWith('.');
    const wayOut = isOfSystem ? `. Let this process use ${writeAheadFolder(dataDir, name, '')}, and restart.` : '';
    throw new UnwritableTableError(`${fullTableName(name)} can't be served: ${message}${wayOut}`, { cause });
  }
}
