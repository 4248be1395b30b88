import type { PartitionKey } from '../stream/partition.ts';

/** A place in a partition, as the broker counts. */
export type Position = string | number | bigint;

/** The position up to which one partition can be committed. */
export interface Commit<T, Key = PartitionKey, Place = Position> {
  /** The partition. */
  readonly key: Key;
  /** The position to commit, as the option `position` returned it for `message`. */
  readonly position: Place;
  /** The last message that the commit covers. */
  readonly message: T;
  /** The number of messages that it covers since the last commit of the partition. */
  readonly count: number;
  /** The number of messages of the partition that passed `track` and are behind `message`. 0 without `track`. */
  readonly inflight: number;
}
