import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { TableStoreError } from '../errors.ts';
import { type TableName, tableFolder } from '../files/dataPaths.ts';
import { type DeltaTable, fullTableName } from '../schema/deltaType.ts';
import { toError } from '../toError.ts';
import { getNamed } from './findNamed.ts';
import { findTable, findTableNames } from './findTables.ts';

/** The result of a command for one table. */
export type TableResult<Result> = Result & {
  /** The full name of the table, or the path of a folder that can't be read. */
  readonly fullName: string;
  /** Why it could not be done; undefined if it was. */
  readonly problem: Error | undefined;
};

/** A table whose log and columns can be read. */
export interface ReadableTable {
  readonly name: TableName;
  readonly definition: DeltaTable;
  readonly snapshot: DeltaSnapshot;
}

/**
 * Runs a command for tables of a data directory. A table that can't be read or that fails does not prevent the others.
 * Its problem is its result.
 *
 * @param names the tables, by full names or by short ones that are unique, in any case. Empty for all.
 * @param duckDb reads checkpoints
 * @param nothing the result for what can't be done
 * @returns the results, one table after the other
 * @throws {@link TableStoreError} if there is no single table of a name
 */
export async function* tableResults<Result>(
  dataDir: string,
  names: readonly string[],
  duckDb: DuckDb,
  nothing: Result,
  run: (table: ReadableTable) => Promise<Result>,
): AsyncGenerator<TableResult<Result>> {
  const unreadable: [path: string, error: Error][] = [];
  const found = (await findTableNames(dataDir, (...entry) => unreadable.push(entry))).map((name) => ({ name }));
  for (const [fullName, problem] of unreadable) {
    yield { ...nothing, fullName, problem };
  }
  for (const { name } of names.length === 0 ? found : names.map((given) => getNamed(found, given))) {
    const fullName = fullTableName(name);
    try {
      const table = await readTable(dataDir, name, duckDb);
      if (table !== undefined) {
        yield { ...(await run(table)), fullName, problem: undefined };
      } else if (names.length > 0) {
        throw new TableStoreError(`There is no Delta table in ${tableFolder(dataDir, name)}.`);
      }
    } catch (error) {
      yield { ...nothing, fullName, problem: toError(error) };
    }
  }
}

/** @returns undefined if the folder has no Delta log */
async function readTable(dataDir: string, name: TableName, duckDb: DuckDb): Promise<ReadableTable | undefined> {
  const table = await findTable(dataDir, name, duckDb);
  if (table === undefined) {
    return undefined;
  }
  const { definition, snapshot, problem } = table;
  if (definition === undefined || snapshot === undefined || problem !== undefined) {
    throw problem;
  }
  return { name, definition, snapshot };
}
