import type { status } from '@grpc/grpc-js';
import type { StreamView } from '../live/api/streamView.ts';
import type { ErrorInfo } from '../wire/encodeStatusDetails.ts';

/** The gRPC status that a fault ends a stream with. */
export interface FaultStatus {
  /** A gRPC status number, such as `status.UNAVAILABLE` of `@grpc/grpc-js`. */
  readonly code: status;
  /** Defaults to a message that names the injected fault. */
  readonly message?: string;
  /** Sent in `grpc-status-details-bin`. Defaults to no details. */
  readonly errorInfo?: ErrorInfo;
}

/** An open stream, for fault injection and the live page. */
export interface LiveStream {
  readonly streamId: string;
  readonly tableName: string;
  /** Records that are received but not acknowledged. */
  readonly inFlightRecords: number;
  /** What the live page shows. Undefined before the stream is open, and for a REST request. */
  readonly view: StreamView | undefined;
  /** Ends the stream with a status, after the acks of durable offsets. */
  closeWith(status: FaultStatus): void;
  /** Sends a close signal, and ends the stream after `durationMs` milliseconds. */
  signalClose(durationMs: number): void;
  /** Destroys the stream's connection. */
  cut(): void;
}
