/**
 * A batch, in the messages of the diagnostics channels. It is the same object in every message of the batch, and can be
 * kept as a key. Its numbers change with it.
 */
export interface BatchInfo {
  /** The number of the batch in its stream, from 1 on. Batches from before the first subscriber have none. */
  readonly id: number;
  /** The number of its records. Fewer if some were dropped. */
  readonly records: number;
  /** The number of bytes that these records take. */
  readonly bytes: number;
  /** Whether the caller has submitted the batch as a whole. */
  readonly isWhole: boolean;
  /** How often it was sent. */
  readonly attempts: number;
}
