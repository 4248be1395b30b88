import { Byte } from './byte.ts';
import { hasExponent, isDigit, scanLiteral, scanNumber, scanString } from './jsonTokens.ts';
import { readKey } from './readKey.ts';
import { malformed, RecordError } from './recordError.ts';
import { quote, shorten } from './valueRules.ts';

const MAX_DEPTH = 500;

/** Without an exponent, a number of fewer characters is always in the range of a double. */
const SHORTEST_HUGE_NUMBER = 300;

/** Receives the tokens of a VARIANT's JSON text, in order. Positions are byte positions in the text. */
export interface VariantTokens {
  openObject(): void;
  openArray(): void;
  /** Ends the innermost open object or array. */
  close(): void;
  /** A key of the open object. Its value follows. */
  key(key: string): void;
  /** A string that starts with the quote at `start` and ends before `end`. */
  string(start: number, end: number): void;
  number(start: number, end: number): void;
  literal(value: boolean | null): void;
}

/**
 * Scans a VARIANT's JSON text. In addition to JSON's rules, an object must not repeat a key, half a surrogate pair is
 * refused, numbers must be finite as doubles, and values must be nested at most 500 deep.
 *
 * @param text the JSON text in UTF-8, which is not changed
 * @param tokens receives the tokens. Defaults to only checking the text.
 * @throws {@link RecordError} if a VARIANT can't hold the text
 */
export function scanVariantText(text: Buffer, tokens?: VariantTokens): void {
  const end = skipBlanks(text, scanValue(text, skipBlanks(text, 0), 0, tokens));
  if (end !== text.length) {
    throw malformed('something follows the JSON value');
  }
}

/**
 * Moves past a JSON value that a VARIANT can hold.
 *
 * @returns the position after the value
 * @throws {@link RecordError} if a VARIANT can't hold it
 */
export function scanVariantValue(text: Buffer, position: number): number {
  return scanValue(text, position, 0, undefined);
}

function scanValue(text: Buffer, position: number, depth: number, tokens: VariantTokens | undefined): number {
  if (depth > MAX_DEPTH) {
    throw malformed(`nested deeper than ${MAX_DEPTH}`);
  }
  switch (text[position]) {
    case Byte.quote: {
      const end = scanString(text, position);
      tokens?.string(position, end);
      return end;
    }
    case Byte.openBrace:
      return scanObject(text, position, depth + 1, tokens);
    case Byte.openBracket:
      return scanArray(text, position, depth + 1, tokens);
    case Byte.lowerT:
      tokens?.literal(true);
      return scanLiteral(text, position, 'true');
    case Byte.lowerF:
      tokens?.literal(false);
      return scanLiteral(text, position, 'false');
    case Byte.lowerN:
      tokens?.literal(null);
      return scanLiteral(text, position, 'null');
    default:
      return scanFiniteNumber(text, position, tokens);
  }
}

function scanFiniteNumber(text: Buffer, position: number, tokens: VariantTokens | undefined): number {
  if (text[position] !== Byte.minus && !isDigit(text[position])) {
    throw malformed('a value is missing');
  }
  const end = scanNumber(text, position);
  if (end - position >= SHORTEST_HUGE_NUMBER || hasExponent(text, position, end)) {
    const token = text.toString('latin1', position, end);
    if (!Number.isFinite(Number(token))) {
      throw malformed(`${shorten(token)} is out of the range of a double`);
    }
  }
  tokens?.number(position, end);
  return end;
}

function scanArray(text: Buffer, position: number, depth: number, tokens: VariantTokens | undefined): number {
  tokens?.openArray();
  let at = skipBlanks(text, position + 1);
  if (text[at] === Byte.closeBracket) {
    tokens?.close();
    return at + 1;
  }
  for (;;) {
    at = skipBlanks(text, scanValue(text, at, depth, tokens));
    const separator = text[at++];
    if (separator === Byte.closeBracket) {
      tokens?.close();
      return at;
    }
    if (separator !== Byte.comma) {
      throw malformed('a comma or the closing bracket is missing');
    }
    at = skipBlanks(text, at);
  }
}

function scanObject(text: Buffer, position: number, depth: number, tokens: VariantTokens | undefined): number {
  tokens?.openObject();
  let at = skipBlanks(text, position + 1);
  if (text[at] === Byte.closeBrace) {
    tokens?.close();
    return at + 1;
  }
  const keys = new Set<string>();
  for (;;) {
    if (text[at] !== Byte.quote) {
      throw malformed('an object key must be a string');
    }
    const after = scanString(text, at);
    const key = readKey(text, at, after);
    if (keys.has(key)) {
      throw malformed(`the key ${quote(key)} appears twice`);
    }
    keys.add(key);
    tokens?.key(key);
    at = skipBlanks(text, after);
    if (text[at] !== Byte.colon) {
      throw malformed('a colon is missing after an object key');
    }
    at = skipBlanks(text, scanValue(text, skipBlanks(text, at + 1), depth, tokens));
    const separator = text[at++];
    if (separator === Byte.closeBrace) {
      tokens?.close();
      return at;
    }
    if (separator !== Byte.comma) {
      throw malformed('a comma or the closing brace is missing');
    }
    at = skipBlanks(text, at);
  }
}

function skipBlanks(text: Buffer, position: number): number {
  let at = position;
  for (;;) {
    const byte = text[at];
    if (byte !== Byte.space && byte !== Byte.newline && byte !== Byte.carriageReturn && byte !== Byte.tab) {
      return at;
    }
    at++;
  }
}

/**
 * Checks a VARIANT's JSON text. @returns the problem in words; undefined if a VARIANT can hold the text
 */
export function variantProblem(content: string): string | undefined {
  try {
    scanVariantText(Buffer.from(content, 'utf8'));
    return undefined;
  } catch (error) {
    if (!(error instanceof RecordError)) {
      throw error;
    }
    return `expected VARIANT as a string with JSON text, got ${quote(content)}: ${error.message}`;
  }
}
