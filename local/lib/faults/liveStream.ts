import type { status } from '@grpc/grpc-js';
import type { ErrorInfo } from '../wire/encodeStatusDetails.ts';

/** A gRPC status for a fault to end a stream with. */
export interface FaultStatus {
  /** A gRPC status number, such as `status.UNAVAILABLE` of `@grpc/grpc-js`. */
  readonly code: status;
  /** Default: a message that says that it was injected. */
  readonly message?: string;
  /** Sent in `grpc-status-details-bin`. Default: none. */
  readonly errorInfo?: ErrorInfo;
}

/** An open stream, as fault injection sees it. */
export interface LiveStream {
  readonly streamId: string;
  readonly tableName: string;
  /** Ends the stream with a status, after the acks of what is durable. */
  closeWith(status: FaultStatus): void;
  /** Asks the client to leave within `durationMs` milliseconds, and ends the stream then. */
  signalClose(durationMs: number): void;
  /** Destroys the connection that the stream runs on. */
  cut(): void;
}
