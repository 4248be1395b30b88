import type { ZerobusError } from '../errors/zerobusError.ts';

/** An event in the life of a stream, for the option `events`. It never contains a record, a header or a secret. */
export type ZerobusEvent = {
  /** The time of the event in milliseconds, as the scheduler counts it. */
  readonly at: number;
} & ZerobusEventDetails;

/** The events of a stream without their time. */
export type ZerobusEventDetails =
  /** An attempt to connect begins: headers first, then the call. */
  | { readonly kind: 'connecting' }
  /** The service has created the stream on a new connection. */
  | { readonly kind: 'opened'; readonly streamId: string }
  /** What was sent before and is not durable is sent again on the new connection. */
  | { readonly kind: 'replayed'; readonly records: number; readonly batches: number }
  /** A connection broke, or could not be opened. */
  | { readonly kind: 'broken'; readonly error: ZerobusError }
  /** The next attempt follows after this wait. `attempt` counts them since the last progress, from 1. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly waitMs: number }
  /** The service announced that it will close the connection after this time. Another connection follows. */
  | { readonly kind: 'rotation'; readonly closesInMs: number }
  /** The service had refused the headers, and the provider has returned new ones. */
  | { readonly kind: 'tokenRenewed' }
  /** The records up to this offset are durable. One event for each ack. */
  | { readonly kind: 'durable'; readonly offset: number }
  /** A record was rejected, and is handed to the option `rejected`. */
  | { readonly kind: 'rejected'; readonly offset: number; readonly error: ZerobusError }
  /** Much is in flight: a source that can wait pauses. */
  | { readonly kind: 'paused' }
  /** Less is in flight: the source may resume. */
  | { readonly kind: 'resumed' }
  /** The stream has ended. Everything accepted is durable, or it failed, or it was unsubscribed from or aborted. */
  | { readonly kind: 'closed'; readonly reason: 'completed' | 'cancelled' }
  | { readonly kind: 'closed'; readonly reason: 'failed'; readonly error: ZerobusError };
