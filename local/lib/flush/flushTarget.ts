import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { FollowedLog } from '../delta/followedLog.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';

/** The table that segments are flushed into. */
export interface FlushTarget {
  readonly fullName: string;
  readonly log: FollowedLog;
  readonly columns: readonly DeltaColumn[];
  /** The Delta `appId` under which the segments' numbers are recorded. */
  readonly appId: string;
  /** The folder of rows that can't be written to the table. */
  readonly rejectedFolder: string;
  /** What DuckDB may take for the rows, in MiB; what it can't write with so much, it writes in parts. */
  readonly memoryMebibytes: number;
  /** Checks that the rows fit the table; throws if they don't. */
  check(snapshot: DeltaSnapshot): void;
}
