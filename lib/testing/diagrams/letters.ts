import { isDeepStrictEqual } from 'node:util';
import { ZerobusError } from '../../errors/zerobusError.ts';

const times = /(^| )\d+(?:\.\d+)?(?:ms|s|m)(?= )/g;
const syntax = /[-()|#^!, ]/g;

/**
 * The values of letters in diagrams that are expected. Digits are numbers, and other letters have the values that the
 * sources of the test give them.
 */
export class Letters {
  readonly #values = new Map<string, unknown>();
  readonly #ambiguous = new Set<string>();

  /** Adds the values of a source. */
  add(values: object): void {
    for (const [letter, value] of Object.entries(values)) {
      if (this.#values.has(letter) && !isDeepStrictEqual(this.#values.get(letter), value)) {
        this.#ambiguous.add(letter);
      }
      this.#values.set(letter, value);
    }
  }

  /**
   * Returns the values of letters: those of the sources, and those of a diagram. A letter of the diagram without a
   * value stands for itself.
   *
   * @param own the values that the expectation gives them, which come first
   * @throws {@link ZerobusError} `INVALID_OPTIONS` if sources give a letter of the diagram different values
   */
  valuesOf(diagram: string, own: object | null | undefined): Readonly<Record<string, unknown>> {
    const letters = new Set(diagram.replace(times, '').replace(syntax, ''));
    const known = [...this.#values].filter(([letter]) => !this.#ambiguous.has(letter));
    const wanted = [...letters].map((letter) => [letter, this.#valueOf(letter, own ?? {})] as const);
    return { ...Object.fromEntries([...known, ...wanted]), ...own };
  }

  #valueOf(letter: string, own: object): unknown {
    if (Object.hasOwn(own, letter)) {
      return Reflect.get(own, letter);
    }
    if (this.#ambiguous.has(letter)) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        `The letter ${letter} has different values in the sources of this test: pass its value to toBe.`,
      );
    }
    const standard = /\d/.test(letter) ? Number(letter) : letter;
    return this.#values.has(letter) ? this.#values.get(letter) : standard;
  }
}
