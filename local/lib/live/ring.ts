/** The last values of a series, at most as many as it has room for. */
export class Ring<T> {
  readonly #values: T[] = [];
  readonly #size: number;
  /** The place of the oldest value once the ring is full. */
  #oldest = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds a value, in the place of the oldest one if the ring is full. */
  add(value: T): void {
    if (this.#values.length < this.#size) {
      this.#values.push(value);
    } else {
      this.#values[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#size;
    }
  }

  /** The values, oldest first. */
  get oldestFirst(): readonly T[] {
    return [...this.#values.slice(this.#oldest), ...this.#values.slice(0, this.#oldest)];
  }

  /** The values, newest first. */
  get newestFirst(): readonly T[] {
    return [...this.oldestFirst].reverse();
  }
}
