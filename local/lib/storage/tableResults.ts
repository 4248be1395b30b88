import type { DuckDb } from '../duckdb/duckDb.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { type FoundTable, findTables } from './findTables.ts';
import { selectTables } from './selectTables.ts';

/** The result of a command for one table. */
export type TableResult<Result> = Result & {
  /** The full name of the table, or the path of a folder that can't be read. */
  readonly fullName: string;
  /** Why it could not be done; undefined if it was. */
  readonly problem: Error | undefined;
};

/**
 * Runs a command for tables of a data directory. A table that fails does not prevent the others.
 *
 * @param names the tables, by full names or by short ones that are unique. Empty for all that can be read.
 * @param nothing the result for what can't be done
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no single table of a name, or if it can't be read
 */
export async function* tableResults<Result>(
  dataDir: string,
  names: readonly string[],
  duckDb: DuckDb,
  nothing: Result,
  run: (table: FoundTable) => Promise<Result>,
): AsyncGenerator<TableResult<Result>> {
  const unreadable: [path: string, error: Error][] = [];
  const found = await findTables(dataDir, duckDb, (...entry) => unreadable.push(entry));
  for (const [fullName, problem] of unreadable) {
    yield { ...nothing, fullName, problem };
  }
  for (const table of selectTables(found, names)) {
    const fullName = fullTableName(table.name);
    try {
      yield { ...(await run(table)), fullName, problem: undefined };
    } catch (error) {
      yield { ...nothing, fullName, problem: toError(error) };
    }
  }
}
