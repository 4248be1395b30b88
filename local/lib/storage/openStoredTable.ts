import { FollowedLog } from '../delta/followedLog.ts';
import { type RecoverTableOptions, recoverTable } from './recoverTable.ts';
import { StoredTable } from './storedTable.ts';

/** Options of {@link openStoredTable}. */
export interface StoredTableOptions extends RecoverTableOptions {
  /** Size at which a write-ahead segment is sealed, in bytes. */
  readonly segmentBytes: number;
  /** Length of the rows in the write-ahead log at which further rows wait, in bytes. */
  readonly maxUnflushedBytes: number;
  /**
   * Called when the write-ahead log has sealed a segment on its own because it is full or there is no room for more.
   */
  readonly onSegmentSealed: () => void;
}

/** Recovers a table's write-ahead log and opens the table. If it can't be written to, it opens but takes no rows. */
export async function openStoredTable(options: StoredTableOptions): Promise<StoredTable> {
  const log = await FollowedLog.from(options.snapshot);
  const table = new StoredTable({ ...options, log, recovery: await recoverTable(options) });
  await table.follow().catch((error: unknown) => table.refuse(error));
  return table;
}
