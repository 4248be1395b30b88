import { readDeltaLog } from '../delta/readDeltaLog.ts';
import { DuckDb } from '../duckdb/duckDb.ts';
import { DeltaLogError } from '../errors.ts';
import { columnsOf } from '../storage/findTables.ts';
import { queryResources } from './queryResources.ts';
import type { QueryResult } from './queryResult.ts';
import { tableSelect } from './tableSelect.ts';

/**
 * Reads a Delta table as it stands now. It can be read while a server writes to it.
 *
 * @param tablePath the table's root folder
 * @param select what to read of it, as SQL in which the table is called `this`; default all rows in no certain order
 * @throws DeltaLogError where there is no table
 */
export async function readTable(tablePath: string, select = 'SELECT * FROM this'): Promise<QueryResult> {
  const duckDb = new DuckDb(queryResources);
  try {
    const snapshot = await readDeltaLog(tablePath, duckDb);
    if (snapshot === undefined) {
      throw new DeltaLogError(`there is no Delta table at ${tablePath}`);
    }
    snapshot.checkReadable();
    const columns = columnsOf(snapshot);
    const reader = await duckDb.run(`WITH this AS (${tableSelect(snapshot, columns)}) ${select}`);
    return { columns: reader.columnNames(), rows: reader.getRowsJson() };
  } finally {
    duckDb.close();
  }
}
