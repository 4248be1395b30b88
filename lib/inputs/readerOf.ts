import { ZerobusError } from '../errors/zerobusError.ts';
import { isNodeReadable, isWebReadable, type NodeReadable, type WebReadable } from './inputKinds.ts';
import { openReader, type ReadableInput, type Reader } from './reader.ts';

/**
 * Opens an input for one consumer.
 *
 * @param input an iterable, an async iterable, a Node `Readable` or a web `ReadableStream`
 * @param onError called with the error of a Node stream that fails while nothing reads it
 */
export function readerOf<T>(input: Iterable<T> | AsyncIterable<T>, onError: (error: unknown) => void): Reader<T> {
  if (openReader in Object(input)) {
    return (input as unknown as ReadableInput<T>)[openReader]();
  }
  if (isNodeReadable(input)) {
    return nodeReader(input, onError) as Reader<T>;
  }
  if (isWebReadable(input)) {
    return webReader(input) as Reader<T>;
  }
  return Symbol.asyncIterator in Object(input)
    ? asyncReader((input as AsyncIterable<T>)[Symbol.asyncIterator]())
    : syncReader((input as Iterable<T>)[Symbol.iterator]());
}

/** Destroys the stream, because `return()` of its iterator waits for the read that is outstanding. */
function nodeReader(stream: NodeReadable, onError: (error: unknown) => void): Reader<unknown> {
  if (stream.destroyed === true || stream.readableEnded === true) {
    throw (
      stream.errored ??
      new ZerobusError('INVALID_STATE', 'The stream was read to its end or closed before. Open it again.')
    );
  }
  // The listener stays, so that the error of a stream that is given up does not end the process.
  stream.on('error', onError);
  const reader = asyncReader(stream[Symbol.asyncIterator]());
  return { ...reader, close: () => (stream.destroy === undefined ? reader.close() : void stream.destroy()) };
}

/** Reads without the stream's iterator, because `return()` of the iterator waits for the read that is outstanding. */
function webReader(stream: WebReadable): Reader<unknown> {
  const reader = stream.getReader();
  return {
    next: () => undefined,
    wait: () =>
      reader.read().then((result) => {
        if (result.done) {
          reader.releaseLock();
        }
        return result as IteratorResult<unknown>;
      }),
    close: () => {
      reader.cancel().then(
        () => reader.releaseLock(),
        () => {},
      );
    },
  };
}

function asyncReader<T>(iterator: AsyncIterator<T>): Reader<T> {
  return {
    next: () => undefined,
    wait: () => Promise.resolve(iterator.next()),
    close: () => giveUp(iterator),
  };
}

function syncReader<T>(iterator: Iterator<T>): Reader<T> {
  return {
    next: () => iterator.next(),
    wait: () => Promise.resolve(iterator.next()),
    close: () => giveUp(iterator),
  };
}

/** Calls the `return()` method of an iterator, and ignores its errors. */
function giveUp(iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
  try {
    Promise.resolve(iterator.return?.()).catch(() => {});
  } catch {
    // Nothing waits for the iterator any longer.
  }
}
