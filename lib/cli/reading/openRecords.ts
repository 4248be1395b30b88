import type { Readable } from 'node:stream';
import { BytesReader } from '../../inputs/bytesReader.ts';
import type { Reader } from '../../inputs/reader.ts';
import { readerOf } from '../../inputs/readerOf.ts';
import { CsvRecords } from './csvRecords.ts';
import type { InputFile } from './inputFile.ts';
import { NdjsonRecords } from './ndjsonRecords.ts';
import type { RecordReader, ResumePlace } from './recordReader.ts';
import { SkippedBytes } from './skippedBytes.ts';

/**
 * Opens the records of an input.
 *
 * @param input the input
 * @param after the last record that need not be read again. Defaults to the start
 * @param onStream called with the stream of its bytes, which may be compressed
 */
export async function openRecords(
  input: InputFile,
  after: ResumePlace | undefined,
  onStream: (stream: Readable, start: number) => void,
): Promise<RecordReader> {
  const open = (place: ResumePlace | undefined): Reader<Buffer> => {
    const start = input.file?.isGzip === false ? (place?.byte ?? 0) : 0;
    const stream = input.open(start);
    onStream(stream, start);
    const bytes = new BytesReader(readerOf<unknown>(stream, () => {}));
    return place === undefined || start > 0 ? bytes : new SkippedBytes(bytes, place.byte);
  };
  if (input.format === 'ndjson') {
    return new NdjsonRecords(open(after), input.name, after);
  }
  const first = new CsvRecords(open(undefined), input);
  await first.readHeader();
  const { header } = first;
  if (after === undefined) {
    return first;
  }
  first.close();
  return new CsvRecords(open(after), input, { header, after });
}
