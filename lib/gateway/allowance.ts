/** The requests that a client may still make: a bucket that fills up steadily, and that each request takes from. */
export class Allowance {
  readonly #perMinute: number;
  #left: number;
  #filledAt: number;

  /**
   * @param perMinute the number of requests per minute, which may all come at once
   * @param now the time in milliseconds
   */
  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#left = perMinute;
    this.#filledAt = now;
  }

  /**
   * Takes a request from the allowance.
   *
   * @param now the time in milliseconds
   * @returns the time until there is one in milliseconds, 0 if it was taken
   */
  take(now: number): number {
    const perMs = this.#perMinute / 60_000;
    this.#left = Math.min(this.#perMinute, this.#left + (now - this.#filledAt) * perMs);
    this.#filledAt = now;
    if (this.#left >= 1) {
      this.#left--;
      return 0;
    }
    return Math.ceil((1 - this.#left) / perMs);
  }
}
