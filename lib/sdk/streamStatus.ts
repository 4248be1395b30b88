/**
 * Where a stream is in its life: `recovering` from a broken connection until the next one is open; `paused` from the
 * service's close signal until then; `closing` since `close()`; `closed` and `failed` are ends.
 */
export type StreamState = 'open' | 'paused' | 'recovering' | 'closing' | 'closed' | 'failed';

/** What a stream has done and holds, at one moment. */
export interface StreamStats {
  /** Where the stream is in its life. */
  readonly state: StreamState;
  /** The offset of the next submission: how many there were. */
  readonly nextOffset: number;
  /** The last offset that is durable; -1 before the first. */
  readonly durableOffset: number;
  /** Records accepted and not durable. */
  readonly inflightRecords: number;
  /** Bytes they take in their wire form. */
  readonly inflightBytes: number;
  /** Submissions that wait until there is room in flight. */
  readonly waitingForRoom: number;
  /** Connections on which the service has created the stream; more than one after rotations and recoveries. */
  readonly connections: number;
}
