import { Byte } from './byte.ts';
import { hasExponent, isDigit, scanLiteral, scanNumber, scanString } from './jsonTokens.ts';
import { readKey } from './readKey.ts';
import { malformed, RecordError } from './recordError.ts';
import { quote, shorten } from './valueRules.ts';

const MAX_DEPTH = 500;

/** Without an exponent, no number of fewer characters is beyond the range of a double. */
const SHORTEST_HUGE_NUMBER = 300;

/** Receives the tokens of a VARIANT's JSON text in their order. Positions are byte positions in the text. */
export interface VariantTokens {
  openObject(): void;
  openArray(): void;
  /** The object or array that was opened last ends. */
  close(): void;
  /** A key of the object that is open; its value follows. */
  key(key: string): void;
  /** A string from its opening quote at `start` to `end`, which is after its closing quote. */
  string(start: number, end: number): void;
  number(start: number, end: number): void;
  literal(value: boolean | null): void;
}

/**
 * Goes through a VARIANT's JSON text: a value of JSON with no key twice in one object, no half surrogate pair, no
 * number that is infinite as a double, nested at most 500 deep.
 *
 * @param text the JSON text in UTF-8; left as it is
 * @param tokens receives what is found; without it the text is only checked
 * @throws RecordError if a VARIANT can't hold the text
 */
export function scanVariantText(text: Buffer, tokens?: VariantTokens): void {
  const end = skipBlanks(text, scanValue(text, skipBlanks(text, 0), 0, tokens));
  if (end !== text.length) {
    throw malformed('something follows the JSON value');
  }
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
 * What is wrong with a VARIANT's text, or undefined if it is JSON that a VARIANT can hold, as `scanVariantText` has it.
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
