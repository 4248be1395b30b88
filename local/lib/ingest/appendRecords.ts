import type { RecordReader } from '../records/recordReader.ts';
import type { RecordSpans } from '../wire/recordSpans.ts';
import type { IngestParts } from './ingestParts.ts';

/** Records that the storage has been given. */
export interface AppendedRecords {
  /** Resolves when all of them are on the disk. Rejects if the storage has refused them. */
  readonly stored: Promise<void>;
  /** Length of their row lines, in bytes. */
  readonly byteLength: number;
}

/**
 * Checks the records of one request, and hands them to the storage if the table takes all of them.
 *
 * @param fullName the table's name, as the table has it
 * @throws {@link RecordError} if the table can't take a record. Then none of them is stored
 */
export function appendRecords(
  records: RecordSpans,
  fullName: string,
  reader: RecordReader,
  parts: IngestParts,
): AppendedRecords {
  const rowLines = reader.toRowLines(records);
  const stored = parts.sink.append(fullName, rowLines, records.count);
  parts.activity.count('recordsAccepted', records.count);
  parts.activity.count('bytesAccepted', records.byteLength);
  return { stored, byteLength: rowLines.length };
}
