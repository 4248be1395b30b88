import type { RejectionCounts } from './rejections.ts';

/** The place of a stream among those of an operator, which share the offsets of a source, the limits and the counts. */
export interface Lane {
  /** The number of the stream, from 0 on. */
  readonly number: number;
  /** The wait before its first connection, in milliseconds. */
  readonly openAfterMs: number;
  readonly rejectionCounts: RejectionCounts;
  /** Returns how often the streams of the operator, all together, have made durable progress. */
  readonly progressCount: () => number;
  /** Returns the offset in the source of an offset of the stream that is not durable. */
  readonly sourceOffset: (offset: number) => number;
  /** Called when the load of the stream may have changed. */
  readonly check: () => void;
}
