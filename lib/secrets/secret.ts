import { Brand } from '../errors/brand.ts';
import { SECRET_PLACEHOLDER } from './redact.ts';

const brand = new Brand('Secret');

/**
 * Holds a text that must not be printed: `String()`, `JSON.stringify()`, `console.log()` and template literals all show
 * `[secret]`. An options object with a `Secret` instead of a string is safe to log.
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

  /** @param text the secret text */
  constructor(text: string) {
    this.#text = text;
    // Called by console.log and util.inspect of Node.js.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => SECRET_PLACEHOLDER });
    brand.mark(this);
  }

  /** Also recognizes secrets of another copy of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }

  /** Returns the text, to send it. */
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
