import { DuckDb } from '../../../duckdb/duckDb.ts';
import type { RowsPage } from '../../../live/api/tableView.ts';
import type { DeltaTable } from '../../../schema/deltaType.ts';
import { interruptible } from '../../../sql/interruptible.ts';
import { newestRows, type RowFilter } from '../../../sql/newestRows.ts';
import { rowsBefore } from '../../../sql/rowsBefore.ts';
import type { RowsCursor } from '../../../sql/rowsCursor.ts';
import type { TableStore } from '../../../storage/tableStore.ts';
import { toError } from '../../../toError.ts';

/** Which rows of a table are asked for. */
export interface RowsRequest {
  readonly limit: number;
  readonly cursor: RowsCursor | undefined;
  readonly filter: RowFilter | undefined;
}

/** A page is small, so it needs little. */
const resources = { threads: 2, memoryLimitMebibytes: 512 };

/** The most bytes of a page. */
const MOST_BYTES = 8 * 1024 * 1024;

/** By how much the number of rows is divided if they are too large. */
const FEWER = 8;

/**
 * Some of the newest rows of a table.
 *
 * @returns undefined if the cursor's row can't be found any more
 */
export async function rowsPage(
  store: TableStore,
  definition: DeltaTable,
  fullName: string,
  { limit, cursor, filter }: RowsRequest,
  signal: AbortSignal,
): Promise<RowsPage | undefined> {
  const snapshot = store.snapshot(fullName);
  snapshot.checkReadable();
  const { version } = snapshot;
  const parts = rowsBefore(snapshot, definition, cursor);
  if (parts === undefined) {
    return undefined;
  }
  const duckDb = new DuckDb(resources);
  try {
    const { columns, rows, nextCursor } = await interruptible(duckDb, signal, () =>
      fewerIfTooLarge(limit, (most) =>
        newestRows(duckDb, snapshot, definition, parts, { rows: most, bytes: MOST_BYTES }, filter),
      ),
    );
    return { columns, rows, ...(nextCursor === undefined ? {} : { nextCursor }), version };
  } finally {
    duckDb.close();
  }
}

/** Reads fewer rows if they are so large that DuckDB can't sort as many. */
async function fewerIfTooLarge<Result>(limit: number, read: (most: number) => Promise<Result>): Promise<Result> {
  for (let most = limit; ; most = Math.ceil(most / FEWER)) {
    try {
      return await read(most);
    } catch (error) {
      if (most === 1 || !toError(error).message.startsWith('Out of Memory Error')) {
        throw error;
      }
    }
  }
}
