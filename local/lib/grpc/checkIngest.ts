import { invalidArgument } from '../ingest/streamError.ts';
import type { IngestRequest } from '../wire/decodeRequest.ts';
import { recordTypeName } from '../wire/recordType.ts';
import type { OpenedTable } from './openTable.ts';

/** The service takes at most 10 MiB of record bytes, both in one record and in all records of a request. */
export const MAX_RECORD_BYTES = 10_485_760;

/**
 * Checks an ingest request without reading its records: offset, encoding and sizes.
 *
 * @throws {@link StreamError} `INVALID_ARGUMENT` if one of them is wrong
 */
export function checkIngest(request: IngestRequest, table: OpenedTable, expectedOffset: number): void {
  const { offset, recordType, records } = request;
  if (offset !== expectedOffset) {
    const got = offset === undefined ? 'none' : String(offset);
    throw invalidArgument(
      `Received a non-incremental offset: expected ${expectedOffset}, got ${got}. Error Code: 4002`,
    );
  }
  if (recordType === undefined || (request.isBatch && records.count === 0)) {
    throw invalidArgument(`The request with offset ${expectedOffset} has no records. Send at least one.`);
  }
  if (recordType !== table.recordType) {
    throw invalidArgument(
      `The stream was created for ${recordTypeName(table.recordType)} records, but offset ${expectedOffset} has ${recordTypeName(recordType)} records.`,
    );
  }
  if (records.byteLength <= MAX_RECORD_BYTES) {
    return;
  }
  const tooLarge = records.starts.findIndex((start, index) => records.end(index) - start > MAX_RECORD_BYTES);
  if (tooLarge < 0) {
    throw invalidArgument(
      `The records of offset ${expectedOffset} have ${records.byteLength} bytes, the limit of a request is ${MAX_RECORD_BYTES}. Send smaller batches.`,
    );
  }
  const size = records.end(tooLarge) - records.start(tooLarge);
  throw invalidArgument(
    `records[${tooLarge}] of offset ${expectedOffset} has ${size} bytes, the limit is ${MAX_RECORD_BYTES}. Split it into smaller records.`,
  );
}
