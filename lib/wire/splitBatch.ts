import { type Batch, HEADROOM_BYTES, offsetOfRecord } from './batch.ts';
import { type Cursor, readVarint } from './varint.ts';

/**
 * Splits a batch in two, so that the service can be asked about each half. The halves have memory of their own.
 *
 * @param batch a batch of at least two records, each with an offset of its own
 * @param count the number of records of the first half: at least 1, and less than all
 */
export function splitBatch(batch: Batch, count: number): readonly [Batch, Batch] {
  const { buffer, format, recordCount, offsetCount, skipped = [] } = batch;
  const cursor: Cursor = { position: HEADROOM_BYTES };
  for (let index = 0; index < count; index++) {
    cursor.position++;
    const length = readVarint(buffer, cursor);
    cursor.position += length;
  }
  const offsets = offsetOfRecord(batch, count);
  const skippedCount = offsets - count;
  const part = (start: number, end: number): Buffer => {
    const copy = Buffer.allocUnsafeSlow(HEADROOM_BYTES + end - start);
    buffer.copy(copy, HEADROOM_BYTES, start, end);
    return copy;
  };
  return [
    {
      buffer: part(HEADROOM_BYTES, cursor.position),
      format,
      recordCount: count,
      offsetCount: offsets,
      skipped: skipped.slice(0, skippedCount),
    },
    {
      buffer: part(cursor.position, buffer.length),
      format,
      recordCount: recordCount - count,
      offsetCount: offsetCount - offsets,
      skipped: skipped.slice(skippedCount).map((offset) => offset - offsets),
    },
  ];
}
