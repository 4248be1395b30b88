/** Kinds of faults of a connection. */
export const faultKinds = ['delay', 'cut', 'reset', 'blackhole', 'throttle', 'halfClose', 'trickle'] as const;

/**
 * What befalls a connection.
 *
 * - `delay`: each chunk arrives later, in order.
 * - `cut`: both ends are closed, as if the other one had (FIN).
 * - `reset`: both ends are reset (RST).
 * - `blackhole`: nothing arrives anymore, in both directions, and both ends stay open.
 * - `throttle`: few bytes a second arrive.
 * - `halfClose`: one direction ends (FIN), and the other one goes on.
 * - `trickle`: each byte arrives alone.
 */
export type FaultKind = (typeof faultKinds)[number];

/** The direction of bytes through a proxy. */
export type Direction = 'toServer' | 'toClient';

/** A fault that strikes one connection. */
export interface ConnectionFault {
  readonly kind: FaultKind;
  /** The direction that the fault is about, and whose bytes are counted. */
  readonly direction: Direction;
  /** How many bytes pass before it strikes. */
  readonly afterBytes: number;
  /** How long a `delay` is, in milliseconds. */
  readonly delayMs: number;
  /** How fast a `throttle` is. */
  readonly bytesPerSecond: number;
}
