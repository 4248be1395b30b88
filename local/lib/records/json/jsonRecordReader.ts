import type { DeltaColumn } from '../../schema/deltaType.ts';
import type { RecordSpans } from '../../wire/recordSpans.ts';
import type { RecordReader } from '../recordReader.ts';
import { checkJsonRecord } from './checkJsonRecord.ts';
import { compileJsonScanner } from './compileJsonScanner.ts';
import { jsonRecordLines } from './jsonRecordLines.ts';
import type { JsonScanner } from './jsonScanner.ts';

/**
 * Reads JSON records. Each is checked in place, and the bytes of the request become the row lines. So no record is
 * copied, and the stored bytes are exactly the checked ones.
 */
export class JsonRecordReader implements RecordReader {
  readonly #scanner: JsonScanner;

  /** @param partitionColumns the columns that the table is partitioned by. Defaults to none. */
  constructor(columns: readonly DeltaColumn[], partitionColumns: readonly string[] = []) {
    this.#scanner = compileJsonScanner(columns, partitionColumns);
  }

  toRowLines(records: RecordSpans): Buffer {
    for (let index = 0; index < records.count; index++) {
      checkJsonRecord(this.#scanner, records, index);
    }
    return jsonRecordLines(records);
  }
}
