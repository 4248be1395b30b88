import { Metadata, status } from '@grpc/grpc-js';
import type { RecordError } from '../records/recordError.ts';
import { schemaRejection } from '../records/schemaRejection.ts';
import { type ErrorInfo, encodeStatusDetails } from '../wire/encodeStatusDetails.ts';

/** Clients take 16 KiB of headers; a character takes up to nine bytes of them, and once more four in the details. */
const MAX_MESSAGE_LENGTH = 1000;
const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';

/** The status a stream ends with, where that is not OK. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: status;
  readonly errorInfo: ErrorInfo | undefined;

  constructor(code: status, message: string, errorInfo?: ErrorInfo) {
    super(headerText(message));
    this.code = code;
    this.errorInfo = errorInfo;
  }

  /** The form in which grpc-js sends it. */
  toServiceStatus(): { code: status; details: string; metadata: Metadata } {
    const metadata = new Metadata();
    if (this.errorInfo !== undefined) {
      metadata.set(STATUS_DETAILS_TRAILER, encodeStatusDetails(this.code, this.message, this.errorInfo));
    }
    return { code: this.code, details: this.message, metadata };
  }
}

/**
 * A message that can travel in a header: not longer than what clients take there, and without halves of surrogate
 * pairs, on which grpc-js throws where nothing could catch it. Messages quote the client's own records, so both happen.
 */
function headerText(message: string): string {
  const text = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** INVALID_ARGUMENT: the client has to be changed, sending the same again won't help. */
export function invalidArgument(message: string): StreamError {
  return new StreamError(status.INVALID_ARGUMENT, message);
}

/**
 * INVALID_ARGUMENT for records or a descriptor that the table can't take, with `ErrorInfo` where the schema is the
 * reason.
 */
export function rejection(error: RecordError): StreamError {
  if (error.causes.length === 0) {
    return invalidArgument(error.message);
  }
  const message = `Schema validation failed: ${error.message}. Error Code: 8001`;
  return new StreamError(status.INVALID_ARGUMENT, message, schemaRejection(error.causes));
}
