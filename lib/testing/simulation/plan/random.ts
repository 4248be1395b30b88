/** Mixes numbers into one of 32 bits. */
export function mix(a: number, b: number, c: number = 0, d: number = 0): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  for (const each of [b, c, d]) {
    hash = Math.imul(hash ^ (hash >>> 15) ^ each, 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Returns a number from 0 up to 1 that depends on nothing but the arguments. */
export function share(a: number, b: number, c: number = 0, d: number = 0): number {
  return mix(a, b, c, d) / 2 ** 32;
}

/** Random numbers that depend on nothing but a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** Whether something happens that has this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both limits included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of several values. A value that is listed twice is twice as likely. */
  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }
}
