import { JsonScanner } from './jsonScanner.ts';
import { Byte, hasExponent, isDigit, scanLiteral, scanNumber, scanString, stringContent } from './jsonToken.ts';
import { type Place, typeIncompatible } from './recordError.ts';
import { fitsFloat32, type IntegerRange, MAX_INTEGER_LENGTH, shorten } from './valueRules.ts';

const SHORT_NUMBER = 30;
const WELL_INSIDE = 0.999;

/** TINYINT to BIGINT, DATE, TIMESTAMP: integers in a range, exact to the last digit. */
export class IntegerScanner extends JsonScanner {
  private readonly range: IntegerRange;
  /** Well inside the range: far enough from its ends that the rounding of a double can't matter. */
  private readonly surelyAbove: number;
  private readonly surelyBelow: number;

  constructor(place: Place, label: string, range: IntegerRange) {
    super(place, label);
    this.range = range;
    this.surelyAbove = Number(range.min) * WELL_INSIDE;
    this.surelyBelow = Number(range.max) * WELL_INSIDE;
  }

  scan(text: Buffer, position: number): number {
    const negative = text[position] === Byte.minus;
    const first = negative ? position + 1 : position;
    let at = first;
    let value = 0;
    for (;;) {
      const byte = text[at] as number;
      if (!(byte >= Byte.zero && byte <= Byte.nine)) break;
      value = value * 10 + (byte - Byte.zero);
      at++;
    }
    const digits = at - first;
    const next = text[at];
    if (next === Byte.dot || next === Byte.lowerE || next === Byte.upperE) return this.scanFraction(text, position);
    if (digits === 0) this.mismatch(text, position);
    if (digits > 1 && text[first] === Byte.zero) return scanNumber(text, position);
    if (negative ? -value < this.surelyAbove : value > this.surelyBelow) {
      this.checkExactly(text.toString('latin1', position, at));
    }
    return at;
  }

  /** `1.0` and `1e3` are integers too, as long as a double holds them exactly. */
  private scanFraction(text: Buffer, position: number): number {
    const end = scanNumber(text, position);
    const token = text.toString('latin1', position, end);
    const value = Number(token);
    if (!Number.isSafeInteger(value))
      throw typeIncompatible(this.place, `expected ${this.label}, got ${shorten(token)}`);
    this.checkExactly(String(value));
    return end;
  }

  private checkExactly(token: string): void {
    if (token.length <= MAX_INTEGER_LENGTH) {
      const value = BigInt(token);
      if (value >= this.range.min && value <= this.range.max) return;
    }
    throw typeIncompatible(this.place, `${shorten(token)} is out of the range of ${this.label}`);
  }
}

/** FLOAT and DOUBLE: any JSON number that stays finite. */
export class FloatScanner extends JsonScanner {
  private readonly isFloat32: boolean;

  constructor(place: Place, label: string, isFloat32: boolean) {
    super(place, label);
    this.isFloat32 = isFloat32;
  }

  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte !== Byte.minus && !isDigit(byte)) this.mismatch(text, position);
    const end = scanNumber(text, position);
    // A number that is short and has no exponent is far from both limits.
    if (end - position > SHORT_NUMBER || hasExponent(text, position, end)) {
      const token = text.toString('latin1', position, end);
      const value = Number(token);
      if (!Number.isFinite(value) || (this.isFloat32 && !fitsFloat32(value))) {
        throw typeIncompatible(this.place, `${shorten(token)} is out of the range of ${this.label}`);
      }
    }
    return end;
  }
}

/** BOOLEAN. */
export class BooleanScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    const byte = text[position];
    if (byte === Byte.lowerT) return scanLiteral(text, position, 'true');
    if (byte === Byte.lowerF) return scanLiteral(text, position, 'false');
    return this.mismatch(text, position);
  }
}

/** STRING: any string. */
export class StringScanner extends JsonScanner {
  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) this.mismatch(text, position);
    return scanString(text, position, this.place);
  }
}

/** VARCHAR, DECIMAL, BINARY, VARIANT: a string whose characters have to follow a rule. */
export class RuledStringScanner extends JsonScanner {
  private readonly problem: (content: string) => string | undefined;

  constructor(place: Place, label: string, problem: (content: string) => string | undefined) {
    super(place, label);
    this.problem = problem;
  }

  scan(text: Buffer, position: number): number {
    if (text[position] !== Byte.quote) {
      throw typeIncompatible(this.place, `expected ${this.label} as a string, got another JSON value`);
    }
    const end = scanString(text, position, this.place);
    const problem = this.problem(stringContent(text, position, end));
    if (problem !== undefined) throw typeIncompatible(this.place, problem);
    return end;
  }
}
