import type { InputRecord } from '../inputs/input.ts';

/**
 * What `ZerobusStream` of this project and that of the official SDK have in common; their offsets are numbers and
 * bigints.
 *
 * `ingest…Offset` is fulfilled once the client has accepted the record or the batch.
 */
export interface PromiseClient<Offset> {
  ingestRecordOffset(record: InputRecord): Promise<Offset>;
  ingestRecordsOffset(records: InputRecord[]): Promise<Offset | null>;
  waitForOffset(offset: Offset): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
