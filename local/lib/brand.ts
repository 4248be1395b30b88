/**
 * Marks the instances of a class, so that `instanceof` also recognizes instances made by another copy of this package.
 * A program may load it as an ES module and, through another package, as CommonJS.
 */
export class Brand {
  readonly #key: symbol;

  /** @param name the name of the class, the same in every copy */
  constructor(name: string) {
    this.#key = Symbol.for(`zerobus-local.${name}`);
  }

  /** Marks an instance. The mark does not show when the instance is printed. */
  mark(instance: object): void {
    Object.defineProperty(instance, this.#key, { value: true });
  }

  /** Whether a value was marked, by any copy. */
  isOn(value: unknown): boolean {
    return typeof value === 'object' && value !== null && Reflect.get(value, this.#key) === true;
  }
}
