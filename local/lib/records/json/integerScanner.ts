import { Byte } from '../byte.ts';
import { scanNumber } from '../jsonTokens.ts';
import { type Place, typeIncompatible } from '../recordError.ts';
import { type IntegerRange, MAX_INTEGER_LENGTH, shorten } from '../valueRules.ts';
import { JsonScanner } from './jsonScanner.ts';

const WELL_INSIDE = 0.999;

/** TINYINT to BIGINT, DATE, TIMESTAMP: integers in a range, checked exactly. */
export class IntegerScanner extends JsonScanner {
  readonly #range: IntegerRange;
  /** Bounds so far inside the range that the rounding of a double can't matter. */
  readonly #surelyAbove: number;
  readonly #surelyBelow: number;

  constructor(place: Place, form: string, range: IntegerRange) {
    super(place, form);
    this.#range = range;
    this.#surelyAbove = Number(range.min) * WELL_INSIDE;
    this.#surelyBelow = Number(range.max) * WELL_INSIDE;
  }

  scan(text: Buffer, position: number): number {
    const negative = text[position] === Byte.minus;
    const first = negative ? position + 1 : position;
    let at = first;
    let value = 0;
    for (;;) {
      const byte = text[at] as number;
      if (!(byte >= Byte.zero && byte <= Byte.nine)) {
        break;
      }
      value = value * 10 + (byte - Byte.zero);
      at++;
    }
    const digits = at - first;
    const next = text[at];
    if (next === Byte.dot || next === Byte.lowerE || next === Byte.upperE) {
      return this.#scanFraction(text, position);
    }
    if (digits === 0) {
      this.mismatch(text, position);
    }
    if (digits > 1 && text[first] === Byte.zero) {
      return scanNumber(text, position);
    }
    if (negative ? -value < this.#surelyAbove : value > this.#surelyBelow) {
      this.#checkExactly(text.toString('latin1', position, at));
    }
    return at;
  }

  /** `1.0` and `1e3` are integers too, if a double holds them exactly. */
  #scanFraction(text: Buffer, position: number): number {
    const end = scanNumber(text, position);
    const token = text.toString('latin1', position, end);
    const value = Number(token);
    if (!Number.isSafeInteger(value)) {
      throw typeIncompatible(this.place, `expected ${this.form}, got ${shorten(token)}`);
    }
    this.#checkExactly(String(value));
    return end;
  }

  #checkExactly(token: string): void {
    if (token.length <= MAX_INTEGER_LENGTH) {
      const value = BigInt(token);
      if (value >= this.#range.min && value <= this.#range.max) {
        return;
      }
    }
    throw typeIncompatible(this.place, `${shorten(token)} is out of the range of ${this.#range.name}`);
  }
}
