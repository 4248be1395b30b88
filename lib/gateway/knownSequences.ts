/**
 * The sequence numbers of a client that are done: durable or refused. These are all up to the floor, and ranges above
 * it.
 *
 * A gap stays a gap: the floor rises over numbers that are contiguous, or as far as the client says.
 */
export class KnownSequences {
  #floor: number;
  /** The first and the last numbers of the ranges, in ascending order. No two ranges touch. */
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];

  /** @param floor the number up to which all are done */
  constructor(floor: number) {
    this.#floor = floor;
  }

  /** The number up to which all are done. */
  get floor(): number {
    return this.#floor;
  }

  /** The number of ranges above the floor. */
  get rangeCount(): number {
    return this.#firsts.length;
  }

  /** Whether a number is done. */
  has(sequence: number): boolean {
    if (sequence <= this.#floor) {
      return true;
    }
    const index = this.#indexAfter(sequence) - 1;
    return index >= 0 && sequence <= (this.#lasts[index] as number);
  }

  /** Returns how many ranges there are more, at most, once these ascending numbers are done. */
  newRanges(sequences: readonly number[]): number {
    let count = 0;
    let reached = this.#floor;
    for (const sequence of sequences) {
      if (sequence !== reached + 1 && !this.has(sequence) && !this.has(sequence - 1)) {
        count++;
      }
      reached = sequence;
    }
    return count;
  }

  /** Adds a number that is done. */
  add(sequence: number): void {
    if (this.has(sequence)) {
      return;
    }
    const index = this.#indexAfter(sequence);
    const follows = index > 0 && this.#lasts[index - 1] === sequence - 1;
    const precedes = this.#firsts[index] === sequence + 1;
    if (follows && precedes) {
      this.#lasts.splice(index - 1, 1);
      this.#firsts.splice(index, 1);
    } else if (follows) {
      this.#lasts[index - 1] = sequence;
    } else if (precedes) {
      this.#firsts[index] = sequence;
    } else if (sequence === this.#floor + 1) {
      this.#floor = sequence;
      return;
    } else {
      this.#firsts.splice(index, 0, sequence);
      this.#lasts.splice(index, 0, sequence);
    }
    this.raise(this.#floor);
  }

  /** Raises the floor, and further over the ranges that it reaches. It is never lowered. */
  raise(floor: number): void {
    this.#floor = Math.max(this.#floor, floor);
    let reached = 0;
    while (reached < this.#firsts.length && (this.#firsts[reached] as number) <= this.#floor + 1) {
      this.#floor = Math.max(this.#floor, this.#lasts[reached] as number);
      reached++;
    }
    if (reached > 0) {
      this.#firsts.splice(0, reached);
      this.#lasts.splice(0, reached);
    }
  }

  /** Returns the index of the first range that starts above a number. */
  #indexAfter(sequence: number): number {
    let [low, high] = [0, this.#firsts.length];
    // Nearly always, it is the last range that grows.
    if (high > 0 && (this.#firsts[high - 1] as number) <= sequence) {
      return high;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firsts[middle] as number) <= sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
