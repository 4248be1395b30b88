import type { DeltaType } from '../schema/deltaType.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';

/** An inclusive range of integers, exact at both ends. */
export interface IntegerRange {
  /** The type and what it counts, for error messages. */
  readonly name: string;
  readonly min: bigint;
  readonly max: bigint;
}

/** The types with integers as their values on the wire. */
export type IntegerKind = 'byte' | 'short' | 'integer' | 'long' | 'date' | 'timestamp' | 'timestamp_ntz';

/** A sign and the 19 digits of the longest BIGINT. */
export const MAX_INTEGER_LENGTH = 20;

const DAYS = 'days since 1970-01-01, years 1 to 9999';
const MICROSECONDS = 'microseconds since 1970-01-01, years 1 to 9999';
const MAX_FLOAT32 = 3.4028234663852886e38;
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;
const decimalPattern = /^-?(\d+)(?:\.(\d+))?$/;

/**
 * The integers that each integral type takes. DATE counts days since 1970-01-01, TIMESTAMP and TIMESTAMP_NTZ
 * microseconds. All go from year 1 to year 9999, the limits of the ISO text in a Delta log's statistics.
 */
export const integerRanges: Readonly<Record<IntegerKind, IntegerRange>> = {
  byte: { name: 'TINYINT', min: -128n, max: 127n },
  short: { name: 'SMALLINT', min: -32768n, max: 32767n },
  integer: { name: 'INT', min: -2147483648n, max: 2147483647n },
  long: { name: 'BIGINT', min: -9223372036854775808n, max: 9223372036854775807n },
  date: { name: `DATE (${DAYS})`, min: -719162n, max: 2932896n },
  timestamp: { name: `TIMESTAMP (${MICROSECONDS})`, min: -62135596800000000n, max: 253402300799999999n },
  timestamp_ntz: { name: `TIMESTAMP_NTZ (${MICROSECONDS})`, min: -62135596800000000n, max: 253402300799999999n },
};

/** Whether a finite number is finite as a FLOAT (32 bits). */
export function fitsFloat32(value: number): boolean {
  return Math.abs(value) <= MAX_FLOAT32;
}

/** @returns what is wrong with a DECIMAL's text; undefined if it fits precision and scale exactly */
export function decimalProblem(text: string, precision: number, scale: number): string | undefined {
  const match = decimalPattern.exec(text);
  if (match === null) {
    return `expected DECIMAL(${precision},${scale}) as a string of digits such as "12.50", got ${quote(text)}`;
  }
  const whole = (match[1] as string).replace(/^0+/, '');
  // What is behind the scale must be zeros. Searching them from the end would try each of them as the first.
  if (whole.length > precision - scale || /[1-9]/.test((match[2] ?? '').slice(scale))) {
    return `${quote(text)} does not fit DECIMAL(${precision},${scale})`;
  }
  return undefined;
}

/** @returns what is wrong with a BINARY's text; undefined if it is padded base64 */
export function base64Problem(text: string): string | undefined {
  return text.length % 4 === 0 && base64Pattern.test(text)
    ? undefined
    : `expected BINARY as a string of padded base64, got ${quote(text)}`;
}

/** @returns what is wrong with the text of a VARCHAR or CHAR; undefined if it has at most as many characters */
export function varcharProblem(text: string, type: DeltaType & { readonly kind: 'varchar' }): string | undefined {
  const { length } = type;
  if (text.length <= length) {
    return undefined;
  }
  let characters = 0;
  for (const _ of text) {
    characters++;
  }
  return characters <= length ? undefined : `${characters} characters do not fit ${sqlTypeName(type)}`;
}

/** Quotes a value for an error message. Long values are cut. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

/** Cuts a long value for an error message. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
