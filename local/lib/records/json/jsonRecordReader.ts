import { isUtf8 } from 'node:buffer';
import type { DeltaColumn } from '../../schema/deltaType.ts';
import type { RecordSpans } from '../../wire/recordSpans.ts';
import { Byte } from '../byte.ts';
import { skipSpace } from '../jsonTokens.ts';
import { malformed, RecordError } from '../recordError.ts';
import type { RecordReader } from '../recordReader.ts';
import { compileJsonScanner } from './compileJsonScanner.ts';
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
      this.#check(records, index);
    }
    const lines = joinInPlace(records);
    if (!isUtf8(lines)) {
      throw firstInvalidUtf8(records);
    }
    return lines;
  }

  #check(records: RecordSpans, index: number): void {
    const { bytes } = records;
    const end = records.end(index);
    try {
      const after = this.#scanner.scan(bytes, skipSpace(bytes, records.start(index)));
      // The scanner does not know the end of the record: if the record is cut short, it reads on into the next one.
      if (after > end) {
        throw malformed('the JSON object does not end');
      }
      if (after < end && skipSpace(bytes, after) < end) {
        throw malformed('something follows the JSON object');
      }
    } catch (error) {
      throw explain(error, records, index);
    }
  }
}

/** If a record is not JSON at all, the error has the words of `JSON.parse`. */
function explain(error: unknown, records: RecordSpans, index: number): unknown {
  if (!(error instanceof RecordError)) {
    return error;
  }
  try {
    JSON.parse(records.bytes.toString('utf8', records.start(index), records.end(index)));
  } catch (syntaxError) {
    return malformed(`not valid JSON: ${(syntaxError as Error).message}`).inRecord(index);
  }
  return error.inRecord(index);
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

function firstInvalidUtf8(records: RecordSpans): RecordError {
  let index = 0;
  while (isUtf8(records.bytes.subarray(records.start(index) - 1, records.end(index) - 1))) {
    index++;
  }
  return malformed('not valid UTF-8').inRecord(index);
}
