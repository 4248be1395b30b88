/** The part of a Node `Readable` that is used here. Streams of the `readable-stream` package have it, too. */
export interface NodeReadable extends AsyncIterable<unknown> {
  readonly destroyed?: boolean;
  readonly errored?: unknown;
  readonly readableEnded?: boolean;
  readonly readableObjectMode?: boolean;
  destroy?(): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** The part of a web `ReadableStream` that is used here. */
export interface WebReadable {
  getReader(options?: { readonly mode: 'byob' }): WebReader;
}

/** The part of a reader of a web `ReadableStream` that is used here. */
export interface WebReader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(): Promise<unknown>;
  releaseLock(): void;
}

// The kinds are told apart by their methods, because a value of another realm is not an instance of our classes.

/** Whether a value is a Node `Readable`. */
export function isNodeReadable(value: unknown): value is NodeReadable {
  return hasMethod(value, 'pipe') && hasMethod(value, 'on') && hasMethod(value, Symbol.asyncIterator);
}

/** Whether a value is a web `ReadableStream`. */
export function isWebReadable(value: unknown): value is WebReadable {
  return hasMethod(value, 'getReader');
}

/** Whether a value is an `Interface` of `node:readline` or `node:readline/promises`. */
export function isReadline(value: unknown): boolean {
  return hasMethod(value, 'setPrompt') && hasMethod(value, 'prompt') && hasMethod(value, 'close');
}

/**
 * Whether a value is a stream whose chunks are pieces of any length. Such a stream may join or split what was written
 * into it.
 */
export function isByteStream(value: unknown): boolean {
  if (isNodeReadable(value)) {
    return value.readableObjectMode === false;
  }
  if (!isWebReadable(value)) {
    return false;
  }
  try {
    // Only byte streams have such a reader.
    value.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/** Whether a value has a method, as its own or inherited. */
export function hasMethod(value: unknown, name: string | symbol): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof Reflect.get(value, name) === 'function';
}
