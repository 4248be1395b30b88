/** What has happened to the records so far. */
export interface Tally {
  /** The number of records that were read. */
  read: number;
  /** The number of records that the durable watermark has passed, rejected ones included. */
  settled: number;
  /** The number of records that are settled, and in a checkpoint if there are any. */
  released: number;
  /** The number of records that were rejected. */
  rejected: number;
}
