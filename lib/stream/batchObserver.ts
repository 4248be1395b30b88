import type { Batch } from '../wire/batch.ts';

/** What a ledger calls about each of its batches, for telemetry. */
export interface BatchObserver {
  /** A sealed batch was appended. */
  onSealed(batch: Batch): void;
  /** It is sent on the current connection. */
  onSent(batch: Batch): void;
  /** It is durable, and has left. */
  onDurable(batch: Batch): void;
  /** The service has refused it alone, and it has left. */
  onRejected(batch: Batch): void;
  /** Another object stands for the same records. */
  onReplaced(batch: Batch, by: Batch): void;
  /** It was split in two. */
  onSplit(batch: Batch, parts: readonly [Batch, Batch]): void;
  /**
   * Records were dropped.
   *
   * @param rest what is left of the batch, or `undefined` if nothing is
   */
  onDropped(batch: Batch, rest: Batch | undefined): void;
}
