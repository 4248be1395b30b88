import { Metadata, status } from '@grpc/grpc-js';
import { UnwritableTableError } from '../errors.ts';
import type { FaultStatus } from '../faults/liveStream.ts';
import { RecordError } from '../records/recordError.ts';
import { toError } from '../toError.ts';
import { type ErrorInfo, encodeStatusDetails } from '../wire/encodeStatusDetails.ts';
import { WireFormatError } from '../wire/protobufReader.ts';

/** Clients take 16 KiB of headers. A character takes up to nine bytes in the message, and four more in the details. */
const MAX_MESSAGE_LENGTH = 1000;
const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';
/** The service's error code if a schema does not fit the table. */
const SCHEMA_ERROR_CODE = '8001';

/** The status of a stream that does not end with OK. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: status;
  readonly errorInfo: ErrorInfo | undefined;
  /** The message without values of records, for logs. */
  readonly logText: string;
  #isVerbatim = false;

  /** @param logText defaults to the message. Required if the message quotes records */
  constructor(code: status, message: string, errorInfo?: ErrorInfo, logText: string = message) {
    super(headerText(message));
    this.code = code;
    this.errorInfo = errorInfo;
    this.logText = headerText(logText);
  }

  /** The error that a fault asks for, with exactly its message if it has one. */
  static injected({ code, message, errorInfo }: FaultStatus, defaultMessage: string): StreamError {
    const error = new StreamError(code, message ?? defaultMessage, errorInfo);
    error.#isVerbatim = message !== undefined;
    return error;
  }

  /** The status in the form that grpc-js sends. */
  toServiceStatus(): { code: status; details: string; metadata: Metadata } {
    const details = this.#isVerbatim ? this.message : statusText(this.message);
    const metadata = new Metadata();
    if (this.errorInfo !== undefined) {
      metadata.set(STATUS_DETAILS_TRAILER, encodeStatusDetails(this.code, details, this.errorInfo));
    }
    return { code: this.code, details, metadata };
  }
}

/**
 * The message of a status. As those of the service, it ends without a full stop, since the official clients add one to
 * some.
 */
export function statusText(message: string): string {
  return message.replace(/\.$/, '');
}

/**
 * Makes a message fit into a header. Clients limit the size of headers, and half a surrogate pair makes grpc-js throw
 * an error that can't be caught. Messages quote the client's records, so both happen.
 */
function headerText(message: string): string {
  const text = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** INVALID_ARGUMENT: the client is wrong, and retries can't help. */
export function invalidArgument(message: string): StreamError {
  return new StreamError(status.INVALID_ARGUMENT, message);
}

/**
 * Converts an error that was thrown while a request was handled.
 *
 * @param onError called with the error if it is a failure of this server
 */
export function toStreamError(thrown: unknown, onError: (error: unknown) => void): StreamError {
  if (thrown instanceof StreamError) {
    return thrown;
  }
  if (thrown instanceof RecordError) {
    return rejection(thrown);
  }
  if (thrown instanceof WireFormatError) {
    return invalidArgument(`A request is not an EphemeralStreamRequest: ${thrown.message}.`);
  }
  onError(thrown);
  return new StreamError(status.INTERNAL, `zerobus-local failed: ${toError(thrown).message}`);
}

/**
 * Converts an error of the storage.
 *
 * @param onError called with the error if it is a failure of this server
 */
export function toStorageError(thrown: unknown, onError: (error: unknown) => void): StreamError {
  const reason = toError(thrown).message;
  if (thrown instanceof UnwritableTableError) {
    return invalidArgument(reason);
  }
  onError(thrown);
  return new StreamError(status.UNAVAILABLE, `The records could not be stored: ${reason}`);
}

/**
 * INVALID_ARGUMENT for records or a descriptor that the table can't take. If the schema is the reason, `ErrorInfo`
 * names each cause once, in their order.
 */
function rejection({ causes, message, logText }: RecordError): StreamError {
  if (causes.length === 0) {
    return new StreamError(status.INVALID_ARGUMENT, message, undefined, logText);
  }
  return new StreamError(
    status.INVALID_ARGUMENT,
    `Schema validation failed: ${message}. Error Code: ${SCHEMA_ERROR_CODE}`,
    {
      reason: 'SCHEMA_VALIDATION_FAILED',
      domain: 'zerobus.databricks.com',
      metadata: { causes: [...new Set(causes)].join(','), error_code: SCHEMA_ERROR_CODE },
    },
    logText,
  );
}
