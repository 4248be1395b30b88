import { types } from 'node:util';
import { isInstanceOf } from '../errors/isInstanceOf.ts';
import { kindOf } from '../errors/kindOf.ts';
import { reasonOf } from '../errors/reasonOf.ts';
import { NoJsonForm } from '../wire/noJsonForm.ts';
import { stringifyJson } from '../wire/stringifyJson.ts';
import { TaggedEncoder } from './fieldEncoder.ts';
import { InvalidValue, type Place, shown } from './invalidValue.ts';
import type { RowWriter } from './rowWriter.ts';

/** Encodes BOOLEAN. */
export class BooleanEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'boolean') {
      throw unexpected(this.place, 'boolean', value);
    }
    writer.writeBoolean(this.tag, value);
  }
}

/** Encodes DOUBLE. */
export class DoubleEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'number') {
      throw unexpected(this.place, 'number', value);
    }
    writer.writeDouble(this.tag, value);
  }
}

/** Encodes FLOAT. */
export class FloatEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'number') {
      throw unexpected(this.place, 'number', value);
    }
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
      throw new InvalidValue(this.place, `${shown(value)} is out of the range of FLOAT, use DOUBLE`);
    }
    writer.writeFloat(this.tag, value);
  }
}

/** Encodes BINARY. */
export class BinaryEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    if (!types.isUint8Array(value)) {
      throw unexpected(this.place, 'Uint8Array', value);
    }
    writer.writeBinary(this.tag, value);
  }
}

/** Encodes STRING, and the types with a rule for their text: VARCHAR(n) and DECIMAL(p, s). */
export class StringEncoder extends TaggedEncoder {
  readonly #problem: ((text: string) => string | undefined) | undefined;

  /** @param problem says what is wrong with a text, or returns undefined if it is valid */
  constructor(tag: number, place: Place, problem?: (text: string) => string | undefined) {
    super(tag, place);
    this.#problem = problem;
  }

  write(writer: RowWriter, value: unknown): void {
    if (typeof value !== 'string') {
      throw unexpected(this.place, 'string', value);
    }
    const problem = this.#problem?.(value);
    if (problem !== undefined) {
      throw new InvalidValue(this.place, problem);
    }
    writer.writeText(this.tag, value);
  }
}

/** Encodes VARIANT as JSON text. */
export class VariantEncoder extends TaggedEncoder {
  write(writer: RowWriter, value: unknown): void {
    writer.writeText(this.tag, this.#jsonText(value));
  }

  #jsonText(value: unknown): string {
    if (typeof value === 'function' || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new InvalidValue(this.place, `expected JSON value, got ${typeof value === 'number' ? value : 'function'}`);
    }
    let text: string | undefined;
    try {
      text = stringifyJson(value);
    } catch (error) {
      if (isInstanceOf(error, NoJsonForm)) {
        const { place } = this;
        throw new InvalidValue(() => error.pathText(place()), error.message);
      }
      const reason = reasonOf(error).split('\n', 1)[0];
      throw new InvalidValue(this.place, `the value cannot be written as JSON: ${reason}`);
    }
    if (text === undefined) {
      throw unexpected(this.place, 'JSON value', value);
    }
    return text;
  }
}

/** Returns the rule of VARCHAR(n): a maximum number of characters. */
export function varcharProblem(maxLength: number): (text: string) => string | undefined {
  return (text) => {
    // A text never has more characters than UTF-16 units, so only longer texts must be counted.
    if (text.length <= maxLength) {
      return undefined;
    }
    let length = 0;
    for (const _ of text) {
      length++;
    }
    return length <= maxLength ? undefined : `${length} characters do not fit VARCHAR(${maxLength})`;
  };
}

/** More than any DECIMAL needs. It bounds the work on invalid texts. */
const MAX_DECIMAL_LENGTH = 256;

/** Returns the rule of DECIMAL(p, s): digits that fit without rounding. */
export function decimalProblem(precision: number, scale: number): (text: string) => string | undefined {
  return (text) => {
    const match = text.length > MAX_DECIMAL_LENGTH ? null : /^-?(\d+)(?:\.(\d+))?$/.exec(text);
    if (match === null) {
      return `expected digits such as "-12.50", got ${shown(text)}`;
    }
    const whole = (match[1] ?? '').replace(/^0+/, '');
    const fraction = (match[2] ?? '').replace(/0+$/, '');
    if (whole.length <= precision - scale && fraction.length <= scale) {
      return undefined;
    }
    return `${shown(text)} does not fit DECIMAL(${precision},${scale})`;
  };
}

function unexpected(place: Place, expected: string, value: unknown): InvalidValue {
  return new InvalidValue(place, `expected ${expected}, got ${kindOf(value)}`);
}
