import type { RecordReader } from '../records/recordReader.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { EncodedRecordType } from '../wire/recordType.ts';

/** What a `create_stream` that was found right has settled for the stream. */
export interface OpenedTable {
  readonly fullName: string;
  readonly definition: DeltaTable;
  readonly recordType: EncodedRecordType;
  readonly reader: RecordReader;
}
