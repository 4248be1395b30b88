import { isUtf8 } from 'node:buffer';
import type { DeltaColumn } from '../../schema/deltaType.ts';
import type { RecordSpans } from '../../wire/recordSpans.ts';
import { malformed, RecordError } from '../recordError.ts';
import type { RecordReader } from '../recordReader.ts';
import { checkJsonRecord } from './checkJsonRecord.ts';
import { compileJsonScanner } from './compileJsonScanner.ts';
import { jsonRecordLines } from './jsonRecordLines.ts';
import type { JsonScanner } from './jsonScanner.ts';
import { RecordRescuer } from './recordRescuer.ts';

const newline = Buffer.from('\n');

/**
 * Reads the JSON records of a table that has a rescue column. Records that fit are read as by `JsonRecordReader`. In
 * the others, the fields that don't fit move into the rescue column.
 */
export class RescuingRecordReader implements RecordReader {
  readonly #scanner: JsonScanner;
  readonly #rescuer: RecordRescuer;

  /**
   * @param rescue the rescue column, which is one of the columns
   * @param partitionColumns the columns that the table is partitioned by. Defaults to none.
   */
  constructor(columns: readonly DeltaColumn[], rescue: DeltaColumn, partitionColumns: readonly string[] = []) {
    const others = columns.filter((column) => column !== rescue);
    this.#scanner = compileJsonScanner(others, partitionColumns);
    this.#rescuer = new RecordRescuer(others, rescue.name, partitionColumns);
  }

  toRowLines(records: RecordSpans): Buffer {
    const rescued = new Map<number, Buffer>();
    for (let index = 0; index < records.count; index++) {
      try {
        checkJsonRecord(this.#scanner, records, index);
      } catch (error) {
        rescued.set(index, this.#rescue(records, index, error));
      }
    }
    return rescued.size === 0 ? jsonRecordLines(records) : mixedLines(records, rescued);
  }

  #rescue(records: RecordSpans, index: number, error: unknown): Buffer {
    // Without a cause, the record is not JSON.
    if (!(error instanceof RecordError) || error.causes.length === 0) {
      throw error;
    }
    const text = textOf(records, index).toString();
    try {
      return Buffer.from(this.#rescuer.toRowLine(text));
    } catch (refusal) {
      throw refusal instanceof RecordError ? refusal.inRecord(index) : refusal;
    }
  }
}

function mixedLines(records: RecordSpans, rescued: ReadonlyMap<number, Buffer>): Buffer {
  const lines: Buffer[] = [];
  for (let index = 0; index < records.count; index++) {
    const line = rescued.get(index);
    if (line === undefined) {
      lines.push(textOf(records, index), newline);
    } else {
      lines.push(line);
    }
  }
  return Buffer.concat(lines);
}

function textOf(records: RecordSpans, index: number): Buffer {
  const text = records.bytes.subarray(records.start(index), records.end(index));
  if (!isUtf8(text)) {
    throw malformed('not valid UTF-8').inRecord(index);
  }
  return text;
}
