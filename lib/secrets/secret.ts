import { SECRET_PLACEHOLDER } from './redact.ts';

/**
 * Holds a text that must not be printed: `String()`, `JSON.stringify()`, `console.log()` and template literals all show
 * `[secret]`. An options object that holds a `Secret` in place of a string can be logged.
 *
 * @example
 * ```ts
 * import { Secret } from 'rxjs-zerobus';
 *
 * const clientSecret = new Secret(await vault.read('zerobus'));
 * console.log({ clientSecret }); // { clientSecret: [secret] }
 * ```
 */
export class Secret {
  readonly #text: string;

  /** @param text what is to be kept */
  constructor(text: string) {
    this.#text = text;
    // What console.log and util.inspect of Node.js ask for.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => SECRET_PLACEHOLDER });
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  /** `[secret]`. */
  toString(): string {
    return SECRET_PLACEHOLDER;
  }

  /** `[secret]`. */
  toJSON(): string {
    return SECRET_PLACEHOLDER;
  }
}
