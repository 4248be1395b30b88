import { Byte } from '../byte.ts';
import { hasExponent, isDigit, scanLiteral, scanNumber, scanString, stringContent } from '../jsonTokens.ts';
import { type Place, typeIncompatible } from '../recordError.ts';
import { fitsFloat32, shorten } from '../valueRules.ts';
import { JsonScanner } from './jsonScanner.ts';

/** BOOLEAN. */
export class BooleanScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte === Byte.lowerT) {
      return scanLiteral(text, position, 'true');
    }
    if (byte === Byte.lowerF) {
      return scanLiteral(text, position, 'false');
    }
    return this.mismatch(text, position);
  }
}

const SHORT_NUMBER = 30;

/** FLOAT and DOUBLE: any JSON number that is finite in the type. */
export class FloatScanner extends JsonScanner {
  readonly #isFloat32: boolean;

  constructor(place: Place, form: string, isFloat32: boolean) {
    super(place, form);
    this.#isFloat32 = isFloat32;
  }

  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte !== Byte.minus && !isDigit(byte)) {
      this.mismatch(text, position);
    }
    const end = scanNumber(text, position);
    // A short number without an exponent is far from both limits.
    if (end - position > SHORT_NUMBER || hasExponent(text, position, end)) {
      const token = text.toString('latin1', position, end);
      const value = Number(token);
      if (!Number.isFinite(value) || (this.#isFloat32 && !fitsFloat32(value))) {
        throw typeIncompatible(this.place, `${shorten(token)} is out of the range of ${this.form}`);
      }
    }
    return end;
  }
}

/** STRING: any string. */
export class StringScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) {
      this.mismatch(text, position);
    }
    return scanString(text, position, this.place);
  }
}

/** VARCHAR, DECIMAL, BINARY, VARIANT: a string that must follow the type's rule. */
export class RuledStringScanner extends JsonScanner {
  readonly #problem: (content: string) => string | undefined;

  constructor(place: Place, form: string, problem: (content: string) => string | undefined) {
    super(place, form);
    this.#problem = problem;
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) {
      this.mismatch(text, position);
    }
    const end = scanString(text, position, this.place);
    const problem = this.#problem(stringContent(text, position, end));
    if (problem !== undefined) {
      throw typeIncompatible(this.place, problem);
    }
    return end;
  }
}
