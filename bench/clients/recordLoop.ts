/** Once in this many records, the clock is read and the ack of a record is timed. */
const SAMPLE_EVERY = 1000;

/** The records of a pool, repeated until there are enough or the time is over. */
export class RecordLoop<T> implements IterableIterator<T> {
  /** The number of records so far. */
  count = 0;
  readonly #pool: readonly T[];
  readonly #maxRecords: number;
  /** When the loop ends, by `performance.now()`. */
  deadline: number;
  readonly #onSample: (index: number) => void;
  #at = 0;

  /**
   * @param measureMs how long the loop lasts from now
   * @param onSample called with the index of one record in a thousand, before the record is returned
   */
  constructor(pool: readonly T[], maxRecords: number, measureMs: number, onSample: (index: number) => void) {
    this.#pool = pool;
    this.#maxRecords = maxRecords;
    this.deadline = performance.now() + measureMs;
    this.#onSample = onSample;
  }

  next(): IteratorResult<T, undefined> {
    if (this.count % SAMPLE_EVERY === 0) {
      if (performance.now() >= this.deadline) {
        return { done: true, value: undefined };
      }
      this.#onSample(this.count);
    }
    if (this.count === this.#maxRecords) {
      return { done: true, value: undefined };
    }
    this.count++;
    if (this.#at === this.#pool.length) {
      this.#at = 0;
    }
    return { done: false, value: this.#pool[this.#at++] as T };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
