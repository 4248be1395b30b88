import { Queue } from './queue.ts';

/**
 * Offsets of dropped values, which the watermark has not passed. They are kept as runs, so a run of any length takes as
 * much memory as a single one.
 */
export class Gaps {
  /** The first and the last offset of each run, in ascending order. */
  readonly #firsts = new Queue<number>();
  readonly #lasts = new Queue<number>();
  #count = 0;

  /** Adds offsets behind all others. */
  add(first: number, last: number): void {
    this.#count += last - first + 1;
    const newest = this.#lasts.length - 1;
    if (this.#lasts.at(newest) === first - 1) {
      this.#lasts.replace(newest, last);
    } else {
      this.#firsts.push(first);
      this.#lasts.push(last);
    }
  }

  /** Forgets the offsets up to the watermark, and returns the number of those above. */
  countAbove(watermark: number): number {
    while ((this.#firsts.at(0) ?? Number.POSITIVE_INFINITY) <= watermark) {
      const first = this.#firsts.at(0) as number;
      const last = this.#lasts.at(0) as number;
      if (last > watermark) {
        this.#count -= watermark - first + 1;
        this.#firsts.replace(0, watermark + 1);
        break;
      }
      this.#count -= last - first + 1;
      this.#firsts.shift();
      this.#lasts.shift();
    }
    return this.#count;
  }
}
