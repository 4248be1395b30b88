/** A number of bytes that requests share. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;

  /** @param limit the most bytes at a time */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Takes bytes. Returns whether there were enough. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#limit) {
      return false;
    }
    this.#used += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** The bytes of a budget that one request has taken. */
export class ByteReservation {
  readonly #budget: ByteBudget;
  #bytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Takes more bytes. Returns whether there were enough. */
  take(bytes: number): boolean {
    const isTaken = this.#budget.take(bytes);
    this.#bytes += isTaken ? bytes : 0;
    return isTaken;
  }

  /** Gives all bytes back. */
  release(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }
}
