import { channel } from 'node:diagnostics_channel';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import type { StreamInfo } from './streamInfo.ts';
import type { TypedChannel } from './typedChannel.ts';

/** A message of the channel `rxjs-zerobus:connection`: the life of one connection after the other. */
export type ConnectionMessage = { readonly stream: StreamInfo } & (
  | {
      /** An attempt to connect begins: headers first, then the call. */
      readonly kind: 'connecting';
      /** Whether it is the first of the stream. */
      readonly isFirst: boolean;
      /** The reason the connection before it broke. `undefined` if the service has asked to close it. */
      readonly errorCode: ZerobusErrorCode | undefined;
    }
  /** The service has created the stream on it. `durationMs` counts from `connecting` on. */
  | { readonly kind: 'opened'; readonly streamId: string; readonly durationMs: number }
  /** What was sent before and is not durable is sent again on it. */
  | { readonly kind: 'replayed'; readonly records: number; readonly batches: number }
  /** The service has announced that it will close it after this time. */
  | { readonly kind: 'rotation'; readonly closesInMs: number }
  /** It broke, or could not be opened. `durationMs` counts from `connecting` on. */
  | { readonly kind: 'broken'; readonly errorCode: ZerobusErrorCode; readonly durationMs: number }
  /** It has ended in order, such as after the last ack or a rotation, or it has ended with its stream. */
  | { readonly kind: 'closed'; readonly durationMs: number }
  /** The next attempt follows after this wait. `attempt` counts them since the last progress, from 1. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly waitMs: number }
);

/** Carries each {@link ConnectionMessage}. */
export const connectionChannel: TypedChannel<ConnectionMessage> = channel('rxjs-zerobus:connection');
