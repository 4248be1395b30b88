/** An event in the life of a stream. */
export type SessionEvent =
  /** A connection is open, and the service has created the stream on it. */
  | { readonly kind: 'opened'; readonly streamId: string }
  /** The connection has taken as much of the backlog as it could. */
  | { readonly kind: 'relieved' }
  /** The service has acknowledged records. */
  | { readonly kind: 'progress' }
  /** The watermark has moved: all of the user's offsets up to this one are durable, or were rejected and taken in. */
  | { readonly kind: 'durable'; readonly offset: number }
  /** The service announced that it will close the connection. Nothing new is sent on it. */
  | { readonly kind: 'paused'; readonly durationMs: number }
  /** The connection broke or could not be opened. The next event shows whether another one follows. */
  | { readonly kind: 'broken'; readonly error: unknown }
  /** The connection broke, but had lived long enough, and lost nothing. This resets the count of failures. */
  | { readonly kind: 'outlived' };
