import { Byte, hasExponent, isDigit, scanNumber } from '../jsonToken.ts';
import { type Place, typeIncompatible } from '../recordError.ts';
import { fitsFloat32, shorten } from '../valueRules.ts';
import { JsonScanner } from './jsonScanner.ts';

const SHORT_NUMBER = 30;

/** FLOAT and DOUBLE: any JSON number that stays finite. */
export class FloatScanner extends JsonScanner {
  readonly #isFloat32: boolean;

  constructor(place: Place, label: string, isFloat32: boolean) {
    super(place, label);
    this.#isFloat32 = isFloat32;
  }

  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte !== Byte.minus && !isDigit(byte)) {
      this.mismatch(text, position);
    }
    const end = scanNumber(text, position);
    // A number that is short and has no exponent is far from both limits.
    if (end - position > SHORT_NUMBER || hasExponent(text, position, end)) {
      const token = text.toString('latin1', position, end);
      const value = Number(token);
      if (!Number.isFinite(value) || (this.#isFloat32 && !fitsFloat32(value))) {
        throw typeIncompatible(this.place, `${shorten(token)} is out of the range of ${this.label}`);
      }
    }
    return end;
  }
}
