import type { RecordSpans } from '../../wire/recordSpans.ts';
import { skipSpace } from '../jsonTokens.ts';
import { malformed, RecordError } from '../recordError.ts';
import type { JsonScanner } from './jsonScanner.ts';

/**
 * Checks one record of a request.
 *
 * @throws {@link RecordError} with the record's place in the request if it does not fit
 */
export function checkJsonRecord(scanner: JsonScanner, records: RecordSpans, index: number): void {
  const { bytes } = records;
  const end = records.end(index);
  try {
    const after = scanner.scan(bytes, skipSpace(bytes, records.start(index)));
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
