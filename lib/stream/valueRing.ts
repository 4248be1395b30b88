import { Queue } from './queue.ts';

/** In the place of a value that is neither emitted nor handed back. */
const GONE = Symbol('gone');

/** The values of a source that the watermark has not passed, by their offset. They leave as the watermark moves. */
export class ValueRing<T> {
  readonly #values = new Queue<T | typeof GONE>();
  /** The offset of the oldest value. */
  #first = 0;

  /** Adds the value of the next offset. */
  push(value: T): void {
    this.#values.push(value);
  }

  /** Returns the value of an offset that the watermark has not passed. */
  at(offset: number): T {
    return this.#values.at(offset - this.#first) as T;
  }

  /** Forgets the value of an offset: it was rejected and taken in. */
  remove(offset: number): void {
    this.#values.replace(offset - this.#first, GONE);
  }

  /**
   * Removes the values up to the watermark, in order.
   *
   * @param each called with each value that is left. It may call any method, and returns whether to go on
   */
  take(watermark: number, each: (value: T) => boolean): void {
    while (this.#first <= watermark) {
      this.#first++;
      const value = this.#values.shift() as T | typeof GONE;
      if (value !== GONE && !each(value)) {
        return;
      }
    }
  }

  /** Returns the values that are left, in order. */
  toArray(): T[] {
    return this.#values.toArray().filter((value) => value !== GONE) as T[];
  }
}
