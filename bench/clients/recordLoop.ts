/** How often the clock is looked at, and a record's way is timed: once in so many records. */
const SAMPLE_EVERY = 1000;

/** The records of a pool, from its beginning again and again, until there were enough or the time is over. */
export class RecordLoop<T> implements IterableIterator<T> {
  /** How many have been given. */
  count = 0;
  readonly #pool: readonly T[];
  readonly #maxRecords: number;
  /** When it ends, by `performance.now()`. */
  deadline: number;
  readonly #onSample: (index: number) => void;
  #at = 0;

  /**
   * @param measureMs for how long from now
   * @param onSample told of one record in a thousand, before it is given
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
