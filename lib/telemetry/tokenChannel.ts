import { channel } from 'node:diagnostics_channel';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import type { TypedChannel } from './typedChannel.ts';

/**
 * A message of the channel `rxjs-zerobus:token`: a request for an OAuth token. Tokens that the cache has make no
 * request, and a `headersProvider` of the user's own has none that this package knows of.
 */
export type TokenMessage = {
  /** The number of the request in this process, from 1 on. It is the same in `requested` and in what follows. */
  readonly id: number;
  /** The table that the token is for: `catalog.schema.table`. */
  readonly table: string;
} & (
  | /** The request begins. */ { readonly kind: 'requested' }
  /** There is a token. `expiresInMs` is its lifetime, if it has one. */
  | { readonly kind: 'received'; readonly durationMs: number; readonly expiresInMs: number | undefined }
  /** There is none. */
  | { readonly kind: 'failed'; readonly durationMs: number; readonly errorCode: ZerobusErrorCode }
  /** No stream waits for it any more. */
  | { readonly kind: 'cancelled'; readonly durationMs: number }
);

/** Carries each {@link TokenMessage}. */
export const tokenChannel: TypedChannel<TokenMessage> = channel('rxjs-zerobus:token');
