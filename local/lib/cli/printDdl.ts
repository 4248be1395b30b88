import { DuckDb } from '../duckdb/duckDb.ts';
import { createTableSql } from '../schema/createTableSql.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { findTables } from '../storage/findTables.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/**
 * Prints the CREATE TABLE statements of a table, or of all tables.
 *
 * @param data the data directory
 * @param only the full name of the table, in any case; undefined for all
 */
export async function printDdl(data: string, only: string | undefined): Promise<void> {
  await checkDataDirectory(data);
  const duckDb = new DuckDb();
  try {
    const found = await findTables(data, duckDb, (folder, { message }) => {
      process.stderr.write(`zerobus-local: ${folder} can't be read: ${message}\n`);
      process.exitCode = 1;
    });
    const tables = found.filter(({ name }) => only === undefined || isSame(fullTableName(name), only));
    if (tables.length === 0 && only !== undefined) {
      const names = found.map(({ name }) => fullTableName(name)).join(', ');
      throw new Error(
        `There is no table ${only} in ${data}. ${names === '' ? 'It has none.' : `There are: ${names}.`}`,
      );
    }
    for (const { name, definition, problem } of tables) {
      if (definition !== undefined) {
        process.stdout.write(createTableSql(definition));
      } else {
        process.stderr.write(`zerobus-local: ${fullTableName(name)} can't be read: ${problem?.message}\n`);
        process.exitCode = 1;
      }
    }
  } finally {
    duckDb.close();
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
