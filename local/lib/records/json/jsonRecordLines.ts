import { isUtf8 } from 'node:buffer';
import type { RecordSpans } from '../../wire/recordSpans.ts';
import { Byte } from '../byte.ts';
import { malformed, type RecordError } from '../recordError.ts';

/**
 * Makes the row lines of checked records, in place.
 *
 * @throws {@link RecordError} if a record is not UTF-8
 */
export function jsonRecordLines(records: RecordSpans): Buffer {
  const lines = joinInPlace(records);
  if (!isUtf8(lines)) {
    throw firstInvalidUtf8(records);
  }
  return lines;
}

/**
 * Makes NDJSON of the records in place. Only the tag and the length of the second record lie between two records: at
 * least two bytes, which become a newline and spaces. All is then moved one byte to the front, onto the length of the
 * first record, which makes room for the newline after the last one.
 */
function joinInPlace(records: RecordSpans): Buffer {
  const { bytes, count } = records;
  for (let index = 1; index < count; index++) {
    let at = records.end(index - 1);
    const start = records.start(index);
    bytes[at++] = Byte.newline;
    while (at < start) {
      bytes[at++] = Byte.space;
    }
  }
  const first = records.start(0);
  const last = records.end(count - 1);
  bytes.copyWithin(first - 1, first, last);
  bytes[last - 1] = Byte.newline;
  return bytes.subarray(first - 1, last);
}

/** Moves the records back to their places, since the error leads to one of them. */
function firstInvalidUtf8(records: RecordSpans): RecordError {
  const first = records.start(0);
  records.bytes.copyWithin(first, first - 1, records.end(records.count - 1) - 1);
  let index = 0;
  while (isUtf8(records.bytesOf(index))) {
    index++;
  }
  return malformed('not valid UTF-8').inRecord(index);
}
