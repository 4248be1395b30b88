import type { RecordSpans } from '../wire/recordSpans.ts';

/** Turns the records of a request into row lines for the storage, checking each against the table. */
export interface RecordReader {
  /**
   * @param records the records of one request; their bytes may be changed, since nobody reads them afterwards
   * @returns one row line a record, as `RowSink.append` wants them
   * @throws RecordError for the first record that the table can't take; nothing of the request may be stored then
   */
  toRowLines(records: RecordSpans): Buffer;
}
