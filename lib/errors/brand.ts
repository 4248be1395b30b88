/**
 * Marks the instances of a class so that `instanceof` also recognizes those of another copy of this package. A program
 * may load it as an ES module and, through another package, as CommonJS.
 */
export class Brand {
  readonly #key: symbol;

  /** @param name the name of the class, which must be the same in every copy */
  constructor(name: string) {
    this.#key = Symbol.for(`rxjs-zerobus.${name}`);
  }

  /** Marks an instance. Printing the instance does not show the mark. */
  mark(instance: object): void {
    Object.defineProperty(instance, this.#key, { value: true });
  }

  /** Whether any copy of this package has marked a value. */
  isOn(value: unknown): boolean {
    try {
      return typeof value === 'object' && value !== null && Reflect.get(value, this.#key) === true;
    } catch {
      // A proxy may throw whatever is done with it.
      return false;
    }
  }
}
