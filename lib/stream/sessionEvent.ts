/** What a stream tells of itself while it runs. */
export type SessionEvent =
  /** A connection is open, and the service has created the stream on it. */
  | { readonly kind: 'opened'; readonly streamId: string }
  /** The connection has taken what it could of what waited for it. */
  | { readonly kind: 'relieved' }
  /** Records became durable: all of the user's offsets up to this one are. */
  | { readonly kind: 'durable'; readonly offset: number }
  /** The service announced that it will close the connection; nothing new is sent on it. */
  | { readonly kind: 'paused'; readonly durationMs: number }
  /** The connection broke, or could not be made; whether another one follows, what comes next tells. */
  | { readonly kind: 'broken'; readonly error: unknown }
  /** The connection broke after a long and useful life: whatever failed before it is forgiven. */
  | { readonly kind: 'outlived' };
