import type { DeltaTable } from '../../schema/deltaType.ts';
import { rescueColumn } from '../../schema/rescueColumn.ts';
import type { RecordReader } from '../recordReader.ts';
import { JsonRecordReader } from './jsonRecordReader.ts';
import { RescuingRecordReader } from './rescuingRecordReader.ts';

/** Makes the reader of JSON records of a table. If the table has a rescue column, it takes what does not fit. */
export function jsonReaderFor({ columns, partitionColumns }: DeltaTable): RecordReader {
  const rescue = rescueColumn(columns);
  return rescue === undefined
    ? new JsonRecordReader(columns, partitionColumns)
    : new RescuingRecordReader(columns, rescue, partitionColumns);
}
