import type { RecordSpans } from '../wire/recordSpans.ts';
import { invalidArgument } from './streamError.ts';

/** The service takes at most 10 MiB of record bytes, both in one record and in all records of a request. */
export const MAX_RECORD_BYTES = 10_485_760;

/**
 * Checks the sizes of a request's records.
 *
 * @param request names the request in the error message
 * @throws {@link StreamError} `INVALID_ARGUMENT` if a record is too large, or all of them together
 */
export function checkRecordSizes(records: RecordSpans, request: string): void {
  if (records.byteLength <= MAX_RECORD_BYTES) {
    return;
  }
  const tooLarge = records.starts.findIndex((start, index) => records.end(index) - start > MAX_RECORD_BYTES);
  if (tooLarge < 0) {
    throw invalidArgument(
      `The records of ${request} have ${records.byteLength} bytes, the limit of a request is ${MAX_RECORD_BYTES}. Send smaller batches.`,
    );
  }
  const size = records.end(tooLarge) - records.start(tooLarge);
  throw invalidArgument(
    `records[${tooLarge}] of ${request} has ${size} bytes, the limit is ${MAX_RECORD_BYTES}. Split it into smaller records.`,
  );
}
