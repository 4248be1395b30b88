/** The most values that are read without a turn of the event loop. */
const MAX_VALUES = 65_536;
/**
 * The time after which the event loop gets a turn, in milliseconds. After 5 ms, records of 60 B leave a fifth slower:
 * each turn also handles acks and drained writes in smaller portions.
 */
const MAX_MS = 15;
/** The most values between two looks at the clock. */
const MAX_STEP = 1024;

/** Says when a loop over values must give the event loop a turn. It looks at the clock about once a millisecond. */
export class TimeSlice {
  readonly #now: () => number;
  /** Undefined until the first value of the slice: the event loop may have been idle before. */
  #startedAt: number | undefined;
  #checkedAt = 0;
  #count = 0;
  #step = 1;
  #checkAt = 0;

  /** @param now returns the time in milliseconds, by a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts the next slice, with the next value. Called when the event loop has had its turn. */
  start(): void {
    this.#startedAt = undefined;
    this.#count = 0;
    this.#checkAt = 0;
  }

  /** Whether the slice is over. Called before each value. */
  isOver(): boolean {
    if (this.#count < this.#checkAt) {
      this.#count++;
      return false;
    }
    return this.#check();
  }

  #check(): boolean {
    const now = this.#now();
    if (this.#startedAt === undefined) {
      this.#startedAt = now;
      this.#checkedAt = now;
      this.#checkAt = this.#step;
      this.#count++;
      return false;
    }
    if (this.#count >= MAX_VALUES || now - this.#startedAt >= MAX_MS) {
      this.#step = Math.max(1, Math.min(this.#step, this.#count >> 3));
      return true;
    }
    this.#step = now - this.#checkedAt < 1 ? Math.min(MAX_STEP, 2 * this.#step) : Math.max(1, this.#step >> 1);
    this.#checkedAt = now;
    this.#checkAt = Math.min(MAX_VALUES, this.#count + this.#step);
    this.#count++;
    return false;
  }
}
