import { channel } from 'node:diagnostics_channel';
import type { StreamInfo } from './streamInfo.ts';
import type { TypedChannel } from './typedChannel.ts';

/**
 * A message of the channel `rxjs-zerobus:record`: a record is about to enter the open batch, in the context of
 * asynchronous calls in which it was submitted. The same object is published for every record of a stream.
 */
export interface RecordMessage {
  /** The stream that it enters. */
  readonly stream: StreamInfo;
  /**
   * The number of records in the open batch before it. If the batch is sealed with no more records than this, the
   * record is the first of the next one. If the next message has the same index, the record was refused.
   */
  readonly index: number;
}

/** Carries each {@link RecordMessage}. A subscriber costs time for each record, all others for each batch at most. */
export const recordChannel: TypedChannel<RecordMessage> = channel('rxjs-zerobus:record');
