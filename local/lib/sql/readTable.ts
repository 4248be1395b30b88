import { readDeltaLog } from '../delta/readDeltaLog.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { columnsOf } from '../storage/findTables.ts';
import { queryResources } from './queryResources.ts';
import type { QueryOptions, QueryResult } from './queryResult.ts';
import { exactInteger, readRows } from './readRows.ts';
import { tableSelect } from './tableSelect.ts';

/**
 * Reads a Delta table in its current state. A server may be writing to it.
 *
 * @param tablePath the root folder of the table
 * @param select SQL that reads from the table, which is called `this`. Defaults to all rows in no particular order.
 * @throws {@link DeltaLogError} if there is no table
 */
export async function readTable(
  tablePath: string,
  select = 'SELECT * FROM this',
  options: QueryOptions = {},
): Promise<QueryResult> {
  const duckDb = new DuckDb(queryResources);
  try {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new DeltaLogError(`There is no Delta table at ${tablePath}. Check the path.`);
    }
    snapshot.checkReadable();
    const columns = columnsOf(snapshot);
    const reader = await duckDb.run(`WITH this AS (${tableSelect(snapshot, columns)}) ${select}`);
    return {
      columns: reader.columnNames(),
      rows: readRows(reader, options.exactIntegers === true ? { integer: exactInteger } : {}),
    };
  } finally {
    duckDb.close();
  }
}
