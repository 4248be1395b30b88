import type { ZerobusError } from '../errors/zerobusError.ts';

/**
 * The metadata that a stream is opened with, e.g. `{ authorization: 'Bearer …', 'x-databricks-zerobus-table-name':
 * 'c.s.t' }`.
 */
export type StreamHeaders = Readonly<Record<string, string>>;

/** The observer of a call. It is not notified any more after `onEnd`, `onError` or {@link TransportCall.cancel}. */
export interface TransportObserver {
  /** A message has arrived: a serialized `EphemeralStreamResponse`. */
  onMessage(bytes: Uint8Array): void;
  /** Written messages have left, and {@link TransportCall.write} accepts more. */
  onDrain(): void;
  /** The service has ended the call with status OK. */
  onEnd(): void;
  /** The call has failed, or could not be opened. */
  onError(error: ZerobusError): void;
}

/** One bidirectional call, on a connection of its own. */
export interface TransportCall {
  /**
   * Sends a serialized `EphemeralStreamRequest`. The bytes belong to the call until the service has acknowledged them,
   * or until the call ends. Afterwards they change.
   *
   * @returns whether more can be written at once; if not, wait for `onDrain`
   */
  write(message: Buffer): boolean;
  /** Ends the request side. The service can still respond. */
  halfClose(): void;
  /** Cancels the call at once and releases its connection. Does nothing if the call has ended. */
  cancel(): void;
}

/** Opens calls: the port between a session and the network. */
export interface Transport {
  /**
   * Opens a call on a connection of its own.
   *
   * @param headers the metadata of the call
   * @param observer notified of the call's events, even from within this method if the call fails at once
   */
  open(headers: StreamHeaders, observer: TransportObserver): TransportCall;
}
