/**
 * The state of a gateway.
 *
 * - `recovering`: its stream has no connection, at the start or after one broke. Requests wait for their rows.
 * - `open`: a connection takes rows.
 * - `draining`: `drain` was called, and not every row is durable.
 * - `closed`, `failed`: its stream has ended. Requests are answered with 503.
 */
export type GatewayState = 'recovering' | 'open' | 'draining' | 'closed' | 'failed';

/** Counters of a gateway at one moment. */
export interface GatewayStats {
  /** The state of the gateway. */
  readonly state: GatewayState;
  /** Whether there is room in flight for the next request. */
  readonly hasRoom: boolean;
  /** The number of clients that the gateway knows. */
  readonly clients: number;
  /** The number of requests that are not answered yet. */
  readonly pendingRequests: number;
  /** The size of their bodies in bytes, as far as they have arrived. */
  readonly pendingBytes: number;
  /** The number of events whose rows are not durable yet. */
  readonly inflightEvents: number;
  /** The size of these rows in their wire form, in bytes. */
  readonly inflightBytes: number;
  /** The number of requests that were answered with 200. */
  readonly answeredRequests: number;
  /** The number of requests that were answered with an error. */
  readonly failedRequests: number;
  /** The number of events whose rows became durable, or that have none. */
  readonly durableEvents: number;
  /** The number of events that were refused. */
  readonly refusedEvents: number;
  /** The number of events that were not written because they are repeats. */
  readonly repeatedEvents: number;
}
