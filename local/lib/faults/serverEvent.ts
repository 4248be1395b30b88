import type { status } from '@grpc/grpc-js';
import type { OpenedStream } from './openedStream.ts';

/** A stream was opened. */
export interface StreamOpenedEvent extends OpenedStream {
  readonly type: 'streamOpened';
}

/** A stream that was open has ended. */
export interface StreamClosedEvent extends OpenedStream {
  readonly type: 'streamClosed';
  /** The gRPC status that it ended with. `CANCELLED` if the client was gone before. */
  readonly status: keyof typeof status;
  /** Why it ended; '' if the client has ended it. */
  readonly reason: string;
  /** How long it was open, in ms. */
  readonly durationMs: number;
}

/** A stream was not opened. */
export interface StreamRefusedEvent extends Pick<OpenedStream, 'tableName' | 'userAgent'> {
  readonly type: 'streamRefused';
  readonly status: keyof typeof status;
  readonly reason: string;
}

/** An HTTP request was answered with an error. */
export interface RequestRefusedEvent {
  readonly type: 'requestRefused';
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly httpStatus: number;
  /** The code of the error, and its cause if known, such as `invalid_client: Client authentication failed`. */
  readonly reason: string;
  readonly userAgent: string;
}

/** A gRPC method was called that is not served. */
export interface CallRefusedEvent {
  readonly type: 'callRefused';
  /** The service and the method: `/package.Service/Method`. */
  readonly path: string;
  readonly status: 'UNIMPLEMENTED';
  readonly userAgent: string;
}

/** A client could not connect, because the TLS handshake has failed. */
export interface HandshakeFailedEvent {
  readonly type: 'handshakeFailed';
  /** The endpoint that the client has tried to reach. */
  readonly endpoint: 'gRPC' | 'HTTP';
  /** The client's address and port. */
  readonly address: string;
  /** The reason in the words of OpenSSL, such as `sslv3 alert certificate unknown`. */
  readonly reason: string;
}

/** A commit has added rows to a Delta table. */
export interface CommitEvent {
  readonly type: 'commit';
  /** `catalog.schema.table` */
  readonly tableName: string;
  /** Version of the Delta table that holds the rows. */
  readonly version: number;
  /** Rows added by the commit. */
  readonly rows: number;
  /** How long it took to write and commit the rows, in ms. */
  readonly durationMs: number;
}

/** Acknowledged rows can't be written to their Delta table, and were set aside. */
export interface RowsRejectedEvent {
  readonly type: 'rowsRejected';
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly rows: number;
}

/** A token was issued. */
export interface TokenIssuedEvent {
  readonly type: 'tokenIssued';
  /** What it is for: writing through Zerobus, or Unity Catalog. */
  readonly use: 'zerobus' | 'unity-catalog';
  /** The tables that it grants writing into. Empty for Unity Catalog. */
  readonly tables: readonly string[];
  readonly grantType: 'client_credentials' | 'token-exchange';
  /** The client id of the request; '' if it has none. */
  readonly clientId: string;
  readonly userAgent: string;
  /** How long it is valid, in ms. */
  readonly lifetimeMs: number;
}

/**
 * What a server reports to `onEvent`. No event contains a token, a secret or values of records: if a record is the
 * reason, only its place and the cause are named.
 */
export type ServerEvent =
  | StreamOpenedEvent
  | StreamClosedEvent
  | StreamRefusedEvent
  | RequestRefusedEvent
  | CallRefusedEvent
  | HandshakeFailedEvent
  | CommitEvent
  | RowsRejectedEvent
  | TokenIssuedEvent;
