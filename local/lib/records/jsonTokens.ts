import { Byte } from './byte.ts';
import { malformed, type Place, typeIncompatible } from './recordError.ts';

/** 1 for the bytes that end the plain run of a JSON string: the quote, the backslash and control characters. */
const stringStops: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < Byte.space || byte === Byte.quote || byte === Byte.backslash ? 1 : 0,
);
const simpleEscapes = new Set(Buffer.from('"\\/bfnrt'));
const HEX_LENGTH = 4;

/**
 * Moves past white space, turning newlines into spaces on the way: a record that is checked is then also one line.
 *
 * @returns the position of the first byte at or after `position` that is not white space
 */
export function skipSpace(text: Buffer, position: number): number {
  let at = position;
  for (;;) {
    const byte = text[at];
    if (byte === Byte.newline) {
      text[at] = Byte.space;
    } else if (byte !== Byte.space && byte !== Byte.carriageReturn && byte !== Byte.tab) {
      return at;
    }
    at++;
  }
}

/**
 * Moves past a string whose opening quote is at `position`.
 *
 * @param place where the string stands
 * @returns the position after the closing quote
 * @throws RecordError where it is no JSON string, or where it has half a surrogate pair: such a string has no UTF-8
 * form, so no table can hold it
 */
export function scanString(text: Buffer, position: number, place: Place = () => ''): number {
  let at = position + 1;
  for (;;) {
    while (stringStops[text[at] as number] === 0) {
      at++;
    }
    const byte = text[at];
    if (byte === Byte.quote) {
      return at + 1;
    }
    if (byte !== Byte.backslash) {
      throw malformed('a JSON string does not end, or has a control character in it');
    }
    at = scanEscape(text, at, place);
  }
}

function scanEscape(text: Buffer, position: number, place: Place): number {
  const kind = text[position + 1] as number;
  if (simpleEscapes.has(kind)) {
    return position + 2;
  }
  if (kind !== Byte.lowerU) {
    throw malformed('a JSON string has an escape that JSON does not know');
  }
  const after = position + 2 + HEX_LENGTH;
  const unit = hexUnit(text, position + 2);
  if (unit < 0xd800 || unit > 0xdfff) {
    return after;
  }
  if (unit < 0xdc00 && text[after] === Byte.backslash && text[after + 1] === Byte.lowerU) {
    const low = hexUnit(text, after + 2);
    if (low >= 0xdc00 && low <= 0xdfff) {
      return after + 2 + HEX_LENGTH;
    }
  }
  throw typeIncompatible(place, 'a string holds half a surrogate pair, which has no UTF-8 form');
}

function hexUnit(text: Buffer, position: number): number {
  const digits = text.toString('latin1', position, position + HEX_LENGTH);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
    throw malformed('a \\u escape needs four hexadecimal digits');
  }
  return Number.parseInt(digits, 16);
}

/** The characters of the string token from its opening quote at `start` to `end`, which is after its closing quote. */
export function stringContent(text: Buffer, start: number, end: number): string {
  const inner = text.toString('utf8', start + 1, end - 1);
  return inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
}

/**
 * Moves past a number.
 *
 * @returns the position after its last digit
 */
export function scanNumber(text: Buffer, position: number): number {
  let at = text[position] === Byte.minus ? position + 1 : position;
  if (text[at] === Byte.zero) {
    at++;
  } else {
    at = scanDigits(text, at);
  }
  if (text[at] === Byte.dot) {
    at = scanDigits(text, at + 1);
  }
  if (text[at] === Byte.lowerE || text[at] === Byte.upperE) {
    const sign = text[at + 1];
    at = scanDigits(text, sign === Byte.plus || sign === Byte.minus ? at + 2 : at + 1);
  }
  return at;
}

function scanDigits(text: Buffer, position: number): number {
  let at = position;
  while (isDigit(text[at])) {
    at++;
  }
  if (at === position) {
    throw malformed('a JSON number lacks a digit');
  }
  return at;
}

/** Whether the number token from `start` to `end` has an exponent. */
export function hasExponent(text: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (text[at] === Byte.lowerE || text[at] === Byte.upperE) {
      return true;
    }
  }
  return false;
}

/** Whether a byte is one of 0 to 9. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= Byte.zero && byte <= Byte.nine;
}

/**
 * Moves past `null`, `true` or `false`.
 *
 * @returns the position after it
 */
export function scanLiteral(text: Buffer, position: number, literal: 'null' | 'true' | 'false'): number {
  for (let index = 0; index < literal.length; index++) {
    if (text[position + index] !== literal.charCodeAt(index)) {
      throw malformed('a value that JSON does not know');
    }
  }
  return position + literal.length;
}

/** What kind of value starts at `position`, as an error message names it. */
export function valueKind(text: Buffer, position: number): string {
  const byte = text[position];
  switch (byte) {
    case Byte.quote:
      return 'string';
    case Byte.openBrace:
      return 'object';
    case Byte.openBracket:
      return 'array';
    case Byte.lowerT:
    case Byte.lowerF:
      return 'boolean';
    case Byte.lowerN:
      return 'null';
    default:
      return byte === Byte.minus || isDigit(byte) ? 'number' : 'something that is not JSON';
  }
}
