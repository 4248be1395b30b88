import { DuckDb } from '../duckdb/duckDb.ts';
import { createTableSql } from '../schema/createTableSql.ts';
import { fullTableName } from '../schema/deltaType.ts';
import { getNamed } from '../storage/findNamed.ts';
import { findTables } from '../storage/findTables.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/**
 * Prints the CREATE TABLE statements of a table, or of all tables.
 *
 * @param data the data directory
 * @param only the table, by its full name or by a short one that is unique, in any case; undefined for all
 */
export async function printDdl(data: string, only: string | undefined): Promise<void> {
  await checkDataDirectory(data);
  const duckDb = new DuckDb();
  try {
    const found = await findTables(data, duckDb, (folder, { message }) => {
      process.stderr.write(`zerobus-local: ${folder} can't be read: ${message}\n`);
      process.exitCode = 1;
    });
    const tables = only === undefined ? found : [getNamed(found, only)];
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
