import { createReadStream } from 'node:fs';
import { BytesReader } from './bytesReader.ts';
import { checkChunks } from './checkInput.ts';
import { filePath } from './filePath.ts';
import { LineReader, type LineReaderOptions } from './lineReader.ts';
import { readerOf } from './readerOf.ts';

/** The number of bytes that are read from a file at once. */
const READ_BYTES = 262_144;

/** An input of lines: a path, a `file:` URL, or chunks of bytes or text. */
export type LineSource =
  | string
  | URL
  | AsyncIterable<Uint8Array | ArrayBuffer | string>
  | Iterable<Uint8Array | ArrayBuffer | string>;

/**
 * Returns a function that opens an input of lines.
 *
 * @param source the input
 * @param optionsFor returns the options for an input of this name
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the source is none of these
 */
export function linesOf<T>(
  source: LineSource,
  optionsFor: (name: string) => LineReaderOptions<T>,
): () => LineReader<T> {
  const path = filePath('ndjson', source, {
    text: 'Pass ndjson([text]) to read lines from a string.',
    url: 'Pass ndjson((await fetch(url)).body) for another one.',
  });
  if (path !== undefined) {
    return fileLines(path, optionsFor(path));
  }
  checkChunks(source);
  const options = optionsFor('ndjson');
  const chunks = source as Iterable<unknown> | AsyncIterable<unknown>;
  return () => linesIn(chunks, options);
}

/** Returns a function that opens the lines of a file. */
export function fileLines<T>(path: string, options: LineReaderOptions<T>): () => LineReader<T> {
  return () => linesIn(createReadStream(path, { highWaterMark: READ_BYTES }), options);
}

function linesIn<T>(chunks: Iterable<unknown> | AsyncIterable<unknown>, options: LineReaderOptions<T>): LineReader<T> {
  return new LineReader(new BytesReader(readerOf(chunks, () => {})), options);
}
