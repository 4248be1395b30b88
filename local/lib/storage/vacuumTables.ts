import { resolve } from 'node:path';
import { type VacuumOptions, type VacuumResult, vacuumTable } from '../compaction/vacuumTable.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { type TableResult, tableResults } from './tableResults.ts';

/**
 * Deletes the data files of tables that belong to no version within the retention, like {@link vacuumTable}.
 *
 * @param names the tables, by full names or by short ones that are unique. Empty for all.
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no such table, or more than one
 */
export async function* vacuumTables(
  dataDir: string,
  names: readonly string[],
  options: VacuumOptions,
): AsyncGenerator<TableResult<VacuumResult>> {
  const folder = resolve(dataDir);
  const duckDb = new DuckDb();
  try {
    yield* tableResults(folder, names, duckDb, { paths: [], bytes: 0 }, ({ name, snapshot }) =>
      vacuumTable(folder, name, snapshot, duckDb, options),
    );
  } finally {
    duckDb.close();
  }
}
