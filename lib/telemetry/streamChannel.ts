import { channel } from 'node:diagnostics_channel';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import type { StreamInfo } from './streamInfo.ts';
import type { TypedChannel } from './typedChannel.ts';

/** A message of the channel `rxjs-zerobus:stream`: the life of a stream, over all of its connections. */
export type StreamMessage = { readonly stream: StreamInfo } & (
  | /** The stream begins. */ { readonly kind: 'opened' }
  /** Values were dropped, see the option `overflow`. One message for each turn of the event loop. */
  | { readonly kind: 'dropped'; readonly records: number }
  /** Everything accepted is durable, or the stream was unsubscribed from or aborted. */
  | { readonly kind: 'closed'; readonly reason: 'completed' | 'cancelled' }
  /** The stream has failed. */
  | { readonly kind: 'closed'; readonly reason: 'failed'; readonly errorCode: ZerobusErrorCode }
);

/** Carries each {@link StreamMessage}. */
export const streamChannel: TypedChannel<StreamMessage> = channel('rxjs-zerobus:stream');
