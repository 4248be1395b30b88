import { Byte } from './byte.ts';
import { malformed, type Place, typeIncompatible } from './recordError.ts';

/** 1 for the bytes that end a plain run in a JSON string: the quote, the backslash and control characters. */
const stringStops: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < Byte.space || byte === Byte.quote || byte === Byte.backslash ? 1 : 0,
);
const simpleEscapes = new Set(Buffer.from('"\\/bfnrt'));
const HEX_LENGTH = 4;

/**
 * Moves past white space and replaces newlines by spaces, so that a checked record is one line.
 *
 * @returns the first position from `position` on that is not white space
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
 * @param place the string's place in the record
 * @returns the position after the closing quote
 * @throws {@link RecordError} if it is not a JSON string, or if it contains half a surrogate pair. Such a string has no
 * UTF-8 form, so no table can hold it
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
      throw malformed('a JSON string does not end, or contains a control character');
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
    throw malformed('a JSON string contains an escape that JSON does not have');
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
  throw typeIncompatible(place, 'a string contains half a surrogate pair, which has no UTF-8 form');
}

function hexUnit(text: Buffer, position: number): number {
  const digits = text.toString('latin1', position, position + HEX_LENGTH);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
    throw malformed('a \\u escape needs four hexadecimal digits');
  }
  return Number.parseInt(digits, 16);
}

/** The characters of a string token that starts with the quote at `start` and ends before `end`. */
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

/** Whether a byte is a digit. */
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
      throw malformed('a value that JSON does not have');
    }
  }
  return position + literal.length;
}

/** Names the kind of the value that starts at `position`, for error messages. */
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
