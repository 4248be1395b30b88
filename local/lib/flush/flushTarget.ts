import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { FollowedLog } from '../delta/followedLog.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';

/** The table that segments are flushed into. */
export interface FlushTarget {
  readonly fullName: string;
  readonly log: FollowedLog;
  readonly columns: readonly DeltaColumn[];
  /** The columns that the table is partitioned by. */
  readonly partitionColumns: readonly string[];
  /** The columns that the rows of a data file are sorted by, with dots between the parts of their names. */
  readonly clusterColumns: readonly string[];
  /** The Delta `appId` under which the numbers of segments are recorded. */
  readonly appId: string;
  /** The folder for rows that can't be written to the table. */
  readonly rejectedFolder: string;
  /** Memory that DuckDB may use for the rows, in MiB. Rows that need more are written in parts. */
  readonly memoryMebibytes: number;
  /** Throws if the rows don't fit the table. */
  check(snapshot: DeltaSnapshot): void;
}
