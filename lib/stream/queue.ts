const INITIAL_CAPACITY = 16;

/**
 * A first-in-first-out queue that can be read at any index.
 *
 * The queue is a ring, so neither end ever moves the other entries. Its capacity is a power of two, so the slot of an
 * index takes one bit operation.
 */
export class Queue<T> {
  #ring: (T | undefined)[] = new Array(INITIAL_CAPACITY);
  #head = 0;
  #length = 0;

  /** The number of entries. */
  get length(): number {
    return this.#length;
  }

  /** Adds an entry behind all others. */
  push(entry: T): void {
    if (this.#length === this.#ring.length) {
      this.#grow();
    }
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = entry;
    this.#length++;
  }

  /** Adds an entry at an index. Those from there on move back by one, so this is quick near the end. */
  insert(index: number, entry: T): void {
    this.push(entry);
    const mask = this.#ring.length - 1;
    for (let to = this.#length - 1; to > index; to--) {
      this.#ring[(this.#head + to) & mask] = this.#ring[(this.#head + to - 1) & mask];
    }
    this.#ring[(this.#head + index) & mask] = entry;
  }

  /** Returns the entry at an index, 0 being the oldest, or `undefined` past the end. */
  at(index: number): T | undefined {
    return index < this.#length ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : undefined;
  }

  /** Replaces the oldest entry by two. The queue must not be empty. */
  replaceFirst([first, second]: readonly [T, T]): void {
    if (this.#length === this.#ring.length) {
      this.#grow();
    }
    const mask = this.#ring.length - 1;
    this.#ring[this.#head] = second;
    this.#head = (this.#head - 1) & mask;
    this.#ring[this.#head] = first;
    this.#length++;
  }

  /** Replaces the entry at an index, which must not be past the end. */
  replace(index: number, entry: T): void {
    this.#ring[(this.#head + index) & (this.#ring.length - 1)] = entry;
  }

  /** Removes and returns the oldest entry, or returns `undefined` if the queue is empty. */
  shift(): T | undefined {
    if (this.#length === 0) {
      return undefined;
    }
    const entry = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return entry;
  }

  /** Removes all entries and returns them, oldest first. */
  clear(): T[] {
    const entries = this.toArray();
    this.#ring = new Array(INITIAL_CAPACITY);
    this.#head = 0;
    this.#length = 0;
    return entries;
  }

  /** Returns all entries, oldest first. */
  toArray(): T[] {
    const entries: T[] = [];
    for (let index = 0; index < this.#length; index++) {
      entries.push(this.at(index) as T);
    }
    return entries;
  }

  #grow(): void {
    const larger: (T | undefined)[] = new Array(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index++) {
      larger[index] = this.at(index);
    }
    this.#ring = larger;
    this.#head = 0;
  }
}
