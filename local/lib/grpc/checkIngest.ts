import { checkRecordSizes } from '../ingest/recordLimits.ts';
import { invalidArgument } from '../ingest/streamError.ts';
import type { IngestRequest } from '../wire/decodeRequest.ts';
import { recordTypeName } from '../wire/recordType.ts';
import type { OpenedTable } from './openTable.ts';

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
  checkRecordSizes(records, `offset ${expectedOffset}`);
}
