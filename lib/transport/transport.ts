import type { ZerobusError } from '../errors/zerobusError.ts';

/**
 * The metadata a stream is opened with, e.g. `{ authorization: 'Bearer …', 'x-databricks-zerobus-table-name': 'c.s.t'
 * }`.
 */
export type StreamHeaders = Readonly<Record<string, string>>;

/** What a call tells. After `onEnd` or `onError`, and after {@link TransportCall.cancel}, it tells nothing more. */
export interface TransportObserver {
  /** A message arrived: a serialized `EphemeralStreamResponse`. */
  onMessage(bytes: Uint8Array): void;
  /** What was written has left: {@link TransportCall.write} takes more. */
  onDrain(): void;
  /** The service ended the call with status OK. */
  onEnd(): void;
  /** The call failed, or could not be made. */
  onError(error: ZerobusError): void;
}

/** One bidirectional call, on a connection of its own. */
export interface TransportCall {
  /**
   * Sends a serialized `EphemeralStreamRequest`. The bytes belong to the call until the service has acknowledged what
   * they hold, or the call ends; afterwards they change.
   *
   * @returns whether it takes more at once; where not, `onDrain` will tell
   */
  write(message: Buffer): boolean;
  /** Ends the request side; the service still answers. */
  halfClose(): void;
  /** Gives the call up at once and releases its connection. Does nothing on a call that has ended. */
  cancel(): void;
}

/** How a call is opened: the port between a session and the network. */
export interface Transport {
  /**
   * Opens a call on a connection of its own.
   *
   * @param headers what the call is opened with
   * @param observer told what comes of it, also from within this call where it fails at once
   */
  open(headers: StreamHeaders, observer: TransportObserver): TransportCall;
}
