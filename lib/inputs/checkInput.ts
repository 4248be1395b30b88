import { kindOf } from '../errors/kindOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { isBytes } from '../wire/isBytes.ts';
import { hasMethod, isByteStream, isNodeReadable, isReadline, isWebReadable } from './inputKinds.ts';

/**
 * Checks that a value can be read: an iterable, an async iterable, a Node or a web stream.
 *
 * @param input the value as the caller gave it
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it cannot be read, or may have lost values already
 */
export function checkReadable(input: unknown): void {
  if (isReadline(input)) {
    refuse(
      'is a readline interface, which drops the lines that it reads before the first subscription',
      'Pass ndjson(path) or ndjson(stream) instead',
    );
  }
  if (isIterable(input)) {
    return;
  }
  if (hasMethod(input, 'subscribe')) {
    refuse('is an observable', 'Pipe it into toZerobus instead');
  }
  if (hasMethod(input, 'then')) {
    refuse('is a promise', 'Await it first');
  }
  if (hasMethod(input, 'stream')) {
    refuse('is a Blob', 'Pass ndjson(blob.stream()) instead');
  }
  if (isUrl(input)) {
    refuse('is a URL', 'Pass ndjson(url) to read a file');
  }
  if (hasMethod(input, 'createReadStream')) {
    refuse('is a file handle', 'Pass ndjson(handle.createReadStream()) instead');
  }
  refuse(
    `is ${describe(input)}, which cannot be iterated`,
    'Pass an iterable, a stream, or ndjson(path) to read a file',
  );
}

/**
 * Checks that a value can be read, and that it yields records rather than pieces of them.
 *
 * @param input the value as the caller gave it
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it does not
 */
export function checkRecords(input: unknown): void {
  if (typeof input === 'string') {
    refuse(
      'is a string, whose characters are not records',
      'Pass ndjson(path) to read a file, or [text] to write one record',
    );
  }
  if (isBytes(input)) {
    refuse(
      'consists of bytes, which are not records',
      'Pass ndjson([bytes]) to read lines, or [bytes] for one message',
    );
  }
  checkReadable(input);
  if (isByteStream(input)) {
    refuse(
      'is a stream of bytes or text, whose chunks are not records',
      'Pass ndjson(stream) to read its lines, or an iterable or a stream in object mode that yields records',
    );
  }
}

/**
 * Checks that a value can be read as lines.
 *
 * @param source the value as the caller gave it
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it cannot
 */
export function checkChunks(source: unknown): void {
  if (isBytes(source)) {
    refuse('consists of bytes', 'Pass ndjson([bytes]) instead');
  }
  checkReadable(source);
}

/** Whether a value is a `URL`, of Node or of another realm. */
export function isUrl(value: unknown): value is URL {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'href') === 'string' &&
    typeof Reflect.get(value, 'protocol') === 'string'
  );
}

function isIterable(input: unknown): boolean {
  return (
    typeof input === 'string' ||
    isNodeReadable(input) ||
    isWebReadable(input) ||
    hasMethod(input, Symbol.asyncIterator) ||
    hasMethod(input, Symbol.iterator)
  );
}

function describe(input: unknown): string {
  const kind = kindOf(input);
  return /^(undefined|null|an? .*|bytes)$/.test(kind) ? kind : `a ${kind}`;
}

function refuse(what: string, wayOut: string): never {
  throw new ZerobusError('INVALID_OPTIONS', `The input ${what}. ${wayOut}.`);
}
