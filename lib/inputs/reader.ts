/** Reads the values of an input, one at a time. Only one read may be outstanding. */
export interface Reader<T> {
  /** Returns the next value if it is ready. If it returns `undefined`, the value comes from {@link Reader.wait}. */
  next(): IteratorResult<T> | undefined;
  /** Waits for the next value. */
  wait(): Promise<IteratorResult<T>>;
  /** Closes the input at once, even if a read is outstanding or nothing was ever read. It never throws. */
  close(): void;
}

/** The method of a `ReadableInput`. It has the same key in every copy of this package. */
export const openReader: unique symbol = Symbol.for('rxjs-zerobus.openReader');

/** An input that can be read synchronously while its values are ready, without a promise for each. */
export interface ReadableInput<T> {
  /** Opens the input for one consumer. */
  [openReader](): Reader<T>;
}
