import { inspect } from 'node:util';
import { shorten } from '../../errors/shorten.ts';
import { isZerobusError } from '../../errors/zerobusError.ts';

const MAX_VALUE_LENGTH = 160;
const SPARE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The letters of a drawing and their values. A value without a letter gets one of its own. */
export class Legend {
  readonly #letters: Map<string, unknown>;
  readonly #isSame: (actual: unknown, expected: unknown) => boolean;
  readonly #used = new Map<string, unknown>();

  /**
   * @param letters the values of letters
   * @param isSame whether a value is that of a letter
   */
  constructor(letters: Readonly<Record<string, unknown>>, isSame: (actual: unknown, expected: unknown) => boolean) {
    this.#letters = new Map(Object.entries(letters));
    this.#isSame = isSame;
  }

  /**
   * Returns the letter of a value, and lists it.
   *
   * @param preferred the letter of the expected value, which is taken if several letters have this value
   */
  letterOf(value: unknown, preferred: string = ''): string {
    const isLetterOf = (letter: string): boolean =>
      this.#letters.has(letter) && this.#isSame(value, this.#letters.get(letter));
    const own = ownLetter(value);
    const free = own !== undefined && !this.#letters.has(own) ? own : this.#spareLetter();
    const letter = [preferred, ...this.#letters.keys()].find(isLetterOf) ?? free;
    if (!this.#letters.has(letter)) {
      this.#letters.set(letter, value);
    }
    return this.use(letter);
  }

  /** Lists a letter, and returns it. */
  use(letter: string): string {
    this.#used.set(letter, this.#letters.get(letter));
    return letter;
  }

  /** Lists a value under a name. */
  list(name: string, value: unknown): void {
    this.#used.set(name, value);
  }

  /** The lines of the legend: `a = { temp: 1 }`. A letter that stands for itself needs none. */
  lines(): readonly string[] {
    return [...this.#used]
      .filter(([name, value]) => ownLetter(value) !== name)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name} = ${textOf(value)}`);
  }

  #spareLetter(): string {
    return [...SPARE_LETTERS].find((letter) => !this.#letters.has(letter)) ?? '?';
  }
}

/** The letter of a value that is one: a character, or a digit. */
function ownLetter(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^[\p{L}\d]$/u.test(text) ? text : undefined;
}

function textOf(value: unknown): string {
  if (isZerobusError(value)) {
    return `ZerobusError ${value.code}: ${value.message}`;
  }
  if (value instanceof Error) {
    return `${value.name}: ${value.message}`;
  }
  return shorten(inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 6 }), MAX_VALUE_LENGTH);
}
