import type { RecordSpans } from '../wire/recordSpans.ts';

/** Checks the records of a request against the table, and converts them to row lines for the storage. */
export interface RecordReader {
  /**
   * @param records the records of one request. Their bytes may be changed, since nothing reads them afterwards
   * @returns one row line for each record, in the form of `RowSink.append`
   * @throws {@link RecordError} if the table can't take a record. Then the whole request must not be stored
   */
  toRowLines(records: RecordSpans): Buffer;
}
