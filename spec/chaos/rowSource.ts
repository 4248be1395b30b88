import { setTimeout as delay } from 'node:timers/promises';

/** Rows that come together, and the pause behind them. */
export interface Burst {
  readonly rows: number;
  readonly pauseMs: number;
}

/** Numbers of rows in bursts, until there are enough or {@link end} is called. */
export class RowSource implements AsyncIterable<number> {
  readonly #first: number;
  readonly #bursts: readonly Burst[];
  readonly #most: number;
  #isOver = false;

  /**
   * @param bursts come in turn, again and again
   * @param most how many rows there are at most. Defaults to no limit.
   */
  constructor(first: number, bursts: readonly Burst[], most: number = Number.POSITIVE_INFINITY) {
    this.#first = first;
    this.#bursts = bursts;
    this.#most = most;
  }

  /** Ends the source behind the current burst. */
  end(): void {
    this.#isOver = true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    let count = 0;
    while (!this.#isOver && count < this.#most) {
      for (const { rows, pauseMs } of this.#bursts) {
        for (let left = rows; left > 0 && count < this.#most; left -= 1, count += 1) {
          yield this.#first + count;
        }
        if (this.#isOver || count >= this.#most) {
          return;
        }
        await delay(pauseMs);
      }
    }
  }
}
