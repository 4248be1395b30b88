import { resolve } from 'node:path';
import { type VacuumOptions, type VacuumResult, vacuumTable } from '../compaction/vacuumTable.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { findTables } from './findTables.ts';
import { selectTables } from './selectTables.ts';

/** The result of vacuuming one table. */
export interface VacuumedTable extends VacuumResult {
  readonly fullName: string;
  /** Why it could not be vacuumed; undefined if it was. */
  readonly problem: Error | undefined;
}

/**
 * Deletes the data files of tables that belong to no version within the retention, like {@link vacuumTable}.
 *
 * @param fullNames the tables. Empty for all.
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no such table
 */
export async function* vacuumTables(
  dataDir: string,
  fullNames: readonly string[],
  options: VacuumOptions,
): AsyncGenerator<VacuumedTable> {
  const folder = resolve(dataDir);
  const duckDb = new DuckDb();
  try {
    const unreadable: [path: string, error: Error][] = [];
    const found = await findTables(folder, duckDb, (...entry) => unreadable.push(entry));
    for (const [fullName, problem] of unreadable) {
      yield { fullName, problem, paths: [], bytes: 0 };
    }
    for (const { name } of selectTables(found, fullNames)) {
      const fullName = fullTableName(name);
      try {
        yield { fullName, problem: undefined, ...(await vacuumTable(folder, name, duckDb, options)) };
      } catch (error) {
        yield { fullName, problem: toError(error), paths: [], bytes: 0 };
      }
    }
  } finally {
    duckDb.close();
  }
}
