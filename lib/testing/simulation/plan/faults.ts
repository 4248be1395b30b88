import { allFaultKinds, type FaultKind, faultKinds } from './faultKinds.ts';
import { Random, share } from './random.ts';

const kindNumbers: ReadonlyMap<FaultKind, number> = new Map(allFaultKinds.map((kind, number) => [kind, number]));

/**
 * The faults of a run. Whether one strikes at a place depends on nothing but the seed and the place, so the others stay
 * if one is left out.
 */
export class Faults {
  /** The faults that have struck, each with its place: `cut@2.0` is on connection 2. */
  readonly struck: string[] = [];
  /** The faults that the seed has turned on. */
  readonly kinds: ReadonlySet<FaultKind>;
  readonly #seed: number;
  readonly #without: ReadonlySet<string>;

  /** @param without the faults to leave out: names, or names with places */
  constructor(seed: number, without: ReadonlySet<string>) {
    const random = new Random(seed ^ 0x5eed);
    // Few faults at a time find what many hide.
    const density = random.pick([0, 0.08, 0.15, 0.15, 0.3, 0.5]);
    this.kinds = new Set(allFaultKinds.filter((kind) => random.chance(density) && !without.has(kind)));
    this.#seed = seed;
    this.#without = without;
  }

  /** Whether a fault strikes at a place. */
  strikes(kind: FaultKind, a: number, b: number = 0): boolean {
    if (!this.kinds.has(kind) || share(this.#seed, this.#number(kind), a, b) >= faultKinds[kind]) {
      return false;
    }
    const place = `${kind}@${a}.${b}`;
    if (this.#without.has(place)) {
      return false;
    }
    this.struck.push(place);
    return true;
  }

  /** Random numbers for what happens at a place. */
  at(kind: FaultKind, a: number, b: number = 0): Random {
    return new Random(Math.floor(share(this.#seed ^ 0xabcd, this.#number(kind), a, b) * 2 ** 32));
  }

  #number(kind: FaultKind): number {
    return (kindNumbers.get(kind) ?? 0) + 1;
  }
}
