import type { OffsetRange } from '../errors/zerobusError.ts';
import { indexOfOffset } from './indexOfOffset.ts';

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
    this.#offsets.splice(indexOfOffset(this.#offsets, offset), 0, offset);
    this.#values.set(offset, value);
  }

  /** Releases an offset, which must be held. Returns its value. */
  release(offset: number): T {
    const value = this.#values.get(offset) as T;
    this.#offsets.splice(indexOfOffset(this.#offsets, offset), 1);
    this.#values.delete(offset);
    return value;
  }

  /** Returns the offsets with their values, in order. */
  entries(): (readonly [offset: number, value: T])[] {
    return this.#offsets.map((offset) => [offset, this.#values.get(offset) as T]);
  }

  /** Returns the offsets that are held within a range, in order. */
  offsetsIn({ first, last }: OffsetRange): number[] {
    return this.#offsets.slice(indexOfOffset(this.#offsets, first), indexOfOffset(this.#offsets, last + 1));
  }
}
