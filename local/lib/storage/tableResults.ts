import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { type FoundTable, findTables } from './findTables.ts';

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
 * @param fullNames the tables. Empty for all that can be read.
 * @param nothing the result for what can't be done
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no table of a name, or if it can't be read
 */
export async function* tableResults<Result>(
  dataDir: string,
  fullNames: readonly string[],
  duckDb: DuckDb,
  nothing: Result,
  run: (table: FoundTable) => Promise<Result>,
): AsyncGenerator<TableResult<Result>> {
  const unreadable: [path: string, error: Error][] = [];
  const found = await findTables(dataDir, duckDb, (...entry) => unreadable.push(entry));
  for (const [fullName, problem] of unreadable) {
    yield { ...nothing, fullName, problem };
  }
  for (const table of selectTables(found, fullNames)) {
    const fullName = fullTableName(table.name);
    try {
      yield { ...(await run(table)), fullName, problem: undefined };
    } catch (error) {
      yield { ...nothing, fullName, problem: toError(error) };
    }
  }
}

function selectTables(found: readonly FoundTable[], fullNames: readonly string[]): readonly FoundTable[] {
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
