/**
 * The sequence numbers of this page's events. Tabs share a client and its numbers, so those of a page are ranges with
 * gaps in between.
 */
export class OwnSequences {
  readonly #ranges: { readonly first: number; readonly last: number }[] = [];
  /** The events of ranges that are settled, which are not looked at again. */
  #settled = 0;

  /** Adds a range. Each is above those before it. */
  add(first: number, last: number): void {
    this.#ranges.push({ first, last });
  }

  /** Returns the number of events up to a sequence number. */
  countUpTo(sequence: number): number {
    return this.#ranges.reduce(
      (count, { first, last }) => count + Math.max(0, Math.min(last, sequence) - first + 1),
      this.#settled,
    );
  }

  /** Forgets the ranges up to a sequence number, and keeps their count. */
  settle(sequence: number): void {
    while (this.#ranges[0] !== undefined && this.#ranges[0].last <= sequence) {
      const { first, last } = this.#ranges[0];
      this.#settled += last - first + 1;
      this.#ranges.shift();
    }
  }
}
