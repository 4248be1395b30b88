import type { Batch } from '../wire/batch.ts';

const INITIAL_CAPACITY = 16;

/**
 * A first-in-first-out queue of batches that can be read at any place: a ring, so that neither end ever shifts the
 * rest. Its capacity is a power of two, which makes the place of an entry one bit operation.
 */
export class BatchQueue {
  #ring: (Batch | undefined)[] = new Array(INITIAL_CAPACITY);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(batch: Batch): void {
    if (this.#length === this.#ring.length) {
      this.#grow();
    }
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = batch;
    this.#length++;
  }

  /** The batch at a place, 0 being the oldest. */
  at(index: number): Batch | undefined {
    return index < this.#length ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : undefined;
  }

  shift(): Batch | undefined {
    const batch = this.at(0);
    if (batch === undefined) {
      return undefined;
    }
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return batch;
  }

  #grow(): void {
    const larger: (Batch | undefined)[] = new Array(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index++) {
      larger[index] = this.at(index);
    }
    this.#ring = larger;
    this.#head = 0;
  }
}
