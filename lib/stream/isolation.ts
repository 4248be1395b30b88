/** The number of batches in flight at which nothing is held back any more. */
const FULL_WINDOW = 64;

/**
 * Narrows down which batch the service refuses: it reports only that one of those in flight has a record it refuses.
 *
 * After a refusal, half of the suspects are sent, and so on, until a single batch is in flight. When all suspects are
 * durable, the window opens again step by step, since bad records come in groups.
 */
export class Isolation {
  /** The number of batches, from the oldest, one of which was refused. */
  #suspectCount = 0;
  #window = Number.POSITIVE_INFINITY;

  /** The most batches that may be in flight. Infinite if nothing was refused lately. */
  get window(): number {
    return this.#window;
  }

  /**
   * Narrows down the suspects after a refusal.
   *
   * @param sentCount the number of batches in flight, at least 1
   * @returns whether the refused batch is found: it was in flight alone
   */
  onRefusal(sentCount: number): boolean {
    this.#suspectCount = sentCount;
    this.#window = Math.ceil(sentCount / 2);
    return sentCount === 1;
  }

  /** The refused batch was split in two. */
  onSplit(): void {
    this.#suspectCount = 2;
    this.#window = 1;
  }

  /** The refused batch is gone. */
  onRejected(): void {
    this.#suspectCount = 0;
    this.#window = 1;
  }

  /**
   * Widens the window when everything in flight is durable.
   *
   * @param durableCount the number of batches that have become durable
   * @param sentCount the number of batches that are still in flight
   */
  onDurable(durableCount: number, sentCount: number): void {
    if (this.#window === Number.POSITIVE_INFINITY) {
      return;
    }
    this.#suspectCount = Math.max(0, this.#suspectCount - durableCount);
    if (sentCount > 0) {
      return;
    }
    if (this.#suspectCount > 0) {
      this.#window = Math.ceil(this.#suspectCount / 2);
    } else {
      this.#window = this.#window < FULL_WINDOW ? this.#window * 2 : Number.POSITIVE_INFINITY;
    }
  }
}
