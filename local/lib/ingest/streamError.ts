import { Metadata, status } from '@grpc/grpc-js';
import { UnwritableTableError } from '../errors.ts';
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

  constructor(code: status, message: string, errorInfo?: ErrorInfo) {
    super(headerText(message));
    this.code = code;
    this.errorInfo = errorInfo;
  }

  /** The status in the form that grpc-js sends. */
  toServiceStatus(): { code: status; details: string; metadata: Metadata } {
    const metadata = new Metadata();
    if (this.errorInfo !== undefined) {
      metadata.set(STATUS_DETAILS_TRAILER, encodeStatusDetails(this.code, this.message, this.errorInfo));
    }
    return { code: this.code, details: this.message, metadata };
  }
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
function rejection({ causes, message }: RecordError): StreamError {
  if (causes.length === 0) {
    return invalidArgument(message);
  }
  return new StreamError(
    status.INVALID_ARGUMENT,
    `Schema validation failed: ${message}. Error Code: ${SCHEMA_ERROR_CODE}`,
    {
      reason: 'SCHEMA_VALIDATION_FAILED',
      domain: 'zerobus.databricks.com',
      metadata: { causes: [...new Set(causes)].join(','), error_code: SCHEMA_ERROR_CODE },
    },
  );
}
