import { channel } from 'node:diagnostics_channel';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import type { BatchInfo } from './batchInfo.ts';
import type { StreamInfo } from './streamInfo.ts';
import type { TypedChannel } from './typedChannel.ts';

/**
 * A message of the channel `rxjs-zerobus:batch`: the life of a batch. It is sealed, sent once for each connection that
 * carries it, and durable. Instead of durable, it may be rejected, split, dropped or abandoned.
 */
export type BatchMessage = { readonly stream: StreamInfo; readonly batch: BatchInfo } & (
  | /** The batch takes no more records, and waits for the connection. */ { readonly kind: 'sealed' }
  /** It is written to the connection. `attempts` of the batch counts how often. */
  | { readonly kind: 'sent' }
  /** All of its records are durable: since it was sealed, and since it was sent last. */
  | { readonly kind: 'durable'; readonly durationMs: number; readonly ackMs: number }
  /** The service has refused its only record, or the batch as a whole if the caller has submitted it so. */
  | { readonly kind: 'rejected'; readonly errorCode: ZerobusErrorCode; readonly durationMs: number }
  /** The service has refused one of its records. The halves are sent instead, to find it. They need not be sealed. */
  | { readonly kind: 'split'; readonly errorCode: ZerobusErrorCode; readonly parts: readonly BatchInfo[] }
  /** This number of its records were dropped, see the option `overflow`. If none are left, it is over. */
  | { readonly kind: 'dropped'; readonly records: number }
  /** The stream has ended before it was durable. `undefined` if it was unsubscribed from or aborted. */
  | { readonly kind: 'abandoned'; readonly errorCode: ZerobusErrorCode | undefined; readonly durationMs: number }
);

/** Carries each {@link BatchMessage}. */
export const batchChannel: TypedChannel<BatchMessage> = channel('rxjs-zerobus:batch');
