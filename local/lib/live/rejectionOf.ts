import type { RecordError } from '../records/recordError.ts';
import type { Rejection } from './api/rejection.ts';
import { shortText } from './shortText.ts';

/** The most that is kept of a record in JSON, in UTF-16 units. Each takes at most three bytes of UTF-8. */
const MOST_TEXT = 2000;
/** The most that is kept of a protobuf message, in bytes. */
const MOST_BYTES = 1000;
/** The most that is kept of a reason, which may quote the record. */
const MOST_REASON = 1000;

/** Where a record has come from. */
export type RecordOrigin = Pick<Rejection, 'tableName' | 'via' | 'offset' | 'recordType' | 'client' | 'userAgent'>;

/**
 * What is kept of a record that its table has refused.
 *
 * @param record its bytes
 */
export function rejectionOf(error: RecordError, record: Buffer, origin: RecordOrigin): Omit<Rejection, 'id' | 'atMs'> {
  const isText = origin.recordType === 'JSON';
  const text = isText ? record.toString('utf8', 0, (MOST_TEXT + 1) * 3) : record.toString('hex', 0, MOST_BYTES);
  return {
    ...origin,
    userAgent: shortText(origin.userAgent),
    reason: shortText(error.problem, MOST_REASON),
    causes: [...new Set(error.causes)],
    place: shortText(error.path),
    record: isText ? text.slice(0, MOST_TEXT).replace(/[\ud800-\udbff]$/, '') : text,
    recordBytes: record.length,
    isCut: isText ? text.length > MOST_TEXT : record.length > MOST_BYTES,
  };
}
