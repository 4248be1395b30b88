/**
 * Offsets that the watermark must not pass, such as those of rejected records that nothing has taken in yet.
 *
 * There are few of them at a time, and most are added in order.
 */
export class Holds<T> {
  /** In ascending order. */
  readonly #offsets: number[] = [];
  readonly #values = new Map<number, T>();

  /** The number of offsets that are held. */
  get count(): number {
    return this.#offsets.length;
  }

  /** The lowest offset that is held, or `undefined` if there is none. */
  get lowest(): number | undefined {
    return this.#offsets[0];
  }

  /** Holds an offset, with a value to return by {@link entries}. */
  hold(offset: number, value: T): void {
    this.#offsets.splice(this.#indexOf(offset), 0, offset);
    this.#values.set(offset, value);
  }

  /** Releases an offset. It must be held. */
  release(offset: number): void {
    this.#offsets.splice(this.#indexOf(offset), 1);
    this.#values.delete(offset);
  }

  /** Returns the offsets with their values, in order. */
  entries(): (readonly [offset: number, value: T])[] {
    return this.#offsets.map((offset) => [offset, this.#values.get(offset) as T]);
  }

  /** Returns the index of the first offset that is not below this one. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] as number) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
