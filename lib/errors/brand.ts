/**
 * Marks the instances of a class, so that `instanceof` knows those of another copy of this package too: a program may
 * well load it as an ES module and, through another package, as CommonJS.
 */
export class Brand {
  readonly #key: symbol;

  /** @param name what the class is called, the same in every copy */
  constructor(name: string) {
    this.#key = Symbol.for(`rxjs-zerobus.${name}`);
  }

  /** Marks an instance; the mark does not show when it is printed. */
  mark(instance: object): void {
    Object.defineProperty(instance, this.#key, { value: true });
  }

  /** Whether a value was marked, by whichever copy. */
  isOn(value: unknown): boolean {
    return typeof value === 'object' && value !== null && Reflect.get(value, this.#key) === true;
  }
}
