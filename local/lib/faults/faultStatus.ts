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
