import { indexOfOffset } from './indexOfOffset.ts';
import { Queue } from './queue.ts';

/** In the place of a value that has left before its turn. */
const GONE = Symbol('gone');

/** The number of places without a value that are not worth tidying up. */
const FEW = 64;

/**
 * A {@link ValueRing} of which values are dropped. A dropped value leaves no place behind, so memory is bounded by the
 * values that are left, however many were dropped.
 */
export class SparseRing<T> {
  #values = new Queue<T | typeof GONE>();
  /** The offset of each value, in ascending order. */
  #offsets = new Queue<number>();
  #nextOffset = 0;
  /** The number of places without a value. */
  #goneCount = 0;

  /** The next offset. */
  get count(): number {
    return this.#nextOffset;
  }

  /** The number of values that are left. */
  get size(): number {
    return this.#values.length - this.#goneCount;
  }

  /** The oldest value, or `undefined` if there is none. */
  get oldest(): T | undefined {
    while (this.#values.at(0) === GONE) {
      this.#shift();
    }
    return this.#values.at(0) as T | undefined;
  }

  /** Adds the value of the next offset. */
  push(value: T): void {
    this.#values.push(value);
    this.#offsets.push(this.#nextOffset++);
  }

  /** Takes back the newest value and its offset. */
  pop(): void {
    this.#nextOffset--;
    this.#values.pop();
    this.#offsets.pop();
  }

  /** Returns the value of an offset that has neither passed nor been dropped. */
  at(offset: number): T {
    return this.#values.at(indexOfOffset(this.#offsets, offset)) as T;
  }

  /** Forgets the value of an offset: it was rejected and taken in. */
  remove(offset: number): void {
    this.drop(offset, offset);
  }

  /** Drops the values of these offsets, which may also be the next ones. */
  drop(first: number, last: number): void {
    for (let index = indexOfOffset(this.#offsets, first); index < this.#offsets.length; index++) {
      if ((this.#offsets.at(index) as number) > last) {
        break;
      }
      if (this.#values.at(index) !== GONE) {
        this.#values.replace(index, GONE);
        this.#goneCount++;
      }
    }
    this.#nextOffset = Math.max(this.#nextOffset, last + 1);
    if (this.#goneCount > FEW && this.#goneCount > this.#values.length / 2) {
      this.#tidyUp();
    }
  }

  /** Removes the values up to the watermark, in order. See `ValueRing`. */
  take(watermark: number, each: (value: T) => boolean): void {
    while ((this.#offsets.at(0) ?? Number.POSITIVE_INFINITY) <= watermark) {
      const value = this.#shift();
      if (value !== GONE && !each(value)) {
        return;
      }
    }
  }

  /** Returns the values that are left, in order. */
  toArray(): T[] {
    return this.#values.toArray().filter((value) => value !== GONE) as T[];
  }

  #shift(): T | typeof GONE {
    const value = this.#values.shift() as T | typeof GONE;
    this.#offsets.shift();
    if (value === GONE) {
      this.#goneCount--;
    }
    return value;
  }

  #tidyUp(): void {
    const [values, offsets] = [this.#values, this.#offsets];
    this.#values = new Queue();
    this.#offsets = new Queue();
    this.#goneCount = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values.at(index) as T | typeof GONE;
      if (value !== GONE) {
        this.#values.push(value);
        this.#offsets.push(offsets.at(index) as number);
      }
    }
  }
}
