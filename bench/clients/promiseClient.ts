import type { InputRecord } from '../inputs/input.ts';

/**
 * The API that `ZerobusStream` of this project and that of the official SDK share. Their offsets are numbers and
 * bigints.
 *
 * `ingest…Offset` resolves once the client has accepted the record or the batch.
 */
export interface PromiseClient<Offset> {
  ingestRecordOffset(record: InputRecord): Promise<Offset>;
  ingestRecordsOffset(records: InputRecord[]): Promise<Offset | null>;
  waitForOffset(offset: Offset): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
