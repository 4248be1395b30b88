import { Byte, isDigit, scanLiteral, scanNumber, scanString, skipSpace, stringContent } from './jsonToken.ts';
import { malformed, RecordError } from './recordError.ts';
import { INTEGER_RANGES, MAX_INTEGER_LENGTH, quote, shorten } from './valueRules.ts';

const MAX_DEPTH = 500;

/**
 * What is wrong with a VARIANT's text, or undefined where it is JSON that a VARIANT can hold: no key twice in one object,
 * no integer beyond 64 bits, no number beyond the range of a double, nested at most 500 deep.
 */
export function variantProblem(content: string): string | undefined {
  const text = Buffer.from(content, 'utf8');
  try {
    const end = skipSpace(text, scanValue(text, skipSpace(text, 0), 0));
    if (end === text.length) return undefined;
    throw malformed('something follows the JSON value');
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return `expected VARIANT as a string with JSON text, got ${quote(content)}: ${error.message}`;
  }
}

function scanValue(text: Buffer, position: number, depth: number): number {
  if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
  switch (text[position]) {
    case Byte.quote:
      return scanString(text, position);
    case Byte.openBrace:
      return scanObject(text, position, depth + 1);
    case Byte.openBracket:
      return scanArray(text, position, depth + 1);
    case Byte.lowerT:
      return scanLiteral(text, position, 'true');
    case Byte.lowerF:
      return scanLiteral(text, position, 'false');
    case Byte.lowerN:
      return scanLiteral(text, position, 'null');
    default:
      return scanVariantNumber(text, position);
  }
}

function scanVariantNumber(text: Buffer, position: number): number {
  if (text[position] !== Byte.minus && !isDigit(text[position])) throw malformed('a value is missing');
  const end = scanNumber(text, position);
  const token = text.toString('latin1', position, end);
  if (!Number.isFinite(Number(token))) throw malformed(`${shorten(token)} is out of the range of a double`);
  if (Number.isSafeInteger(Number(token)) || !/^-?\d+$/.test(token)) return end;
  const { min, max } = INTEGER_RANGES.long;
  const value = token.length > MAX_INTEGER_LENGTH ? undefined : BigInt(token);
  if (value === undefined || value < min || value > max)
    throw malformed(`${shorten(token)} is an integer beyond 64 bits`);
  return end;
}

function scanArray(text: Buffer, position: number, depth: number): number {
  let at = skipSpace(text, position + 1);
  if (text[at] === Byte.closeBracket) return at + 1;
  for (;;) {
    at = skipSpace(text, scanValue(text, at, depth));
    const separator = text[at++];
    if (separator === Byte.closeBracket) return at;
    if (separator !== Byte.comma) throw malformed('a comma or the closing bracket is missing');
    at = skipSpace(text, at);
  }
}

function scanObject(text: Buffer, position: number, depth: number): number {
  let at = skipSpace(text, position + 1);
  if (text[at] === Byte.closeBrace) return at + 1;
  const keys = new Set<string>();
  for (;;) {
    if (text[at] !== Byte.quote) throw malformed('an object key must be a string');
    const after = scanString(text, at);
    const key = stringContent(text, at, after);
    if (keys.has(key)) throw malformed(`the key ${quote(key)} appears twice`);
    keys.add(key);
    at = skipSpace(text, after);
    if (text[at] !== Byte.colon) throw malformed('a colon is missing after an object key');
    at = skipSpace(text, scanValue(text, skipSpace(text, at + 1), depth));
    const separator = text[at++];
    if (separator === Byte.closeBrace) return at;
    if (separator !== Byte.comma) throw malformed('a comma or the closing brace is missing');
    at = skipSpace(text, at);
  }
}
