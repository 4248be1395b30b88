import { TableDefinitionError } from '../errors.ts';

/** A token of SQL text. */
export interface SqlToken {
  /** A word or number, a quoted identifier, a string literal, or one punctuation character. */
  readonly kind: 'word' | 'identifier' | 'string' | 'punctuation' | 'end';
  /** The text. That of quoted tokens is without the quotes, and unescaped. */
  readonly text: string;
  /** The line of its first character, counted from 1. */
  readonly line: number;
  /** The column of its first character, counted from 1. */
  readonly column: number;
}

/** A blank or comment between tokens, or a word, a backquoted identifier, a string, or any other character. */
const tokenPattern =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[\p{L}\p{N}_]+)|`(?<identifier>(?:[^`]|``)*)`|'(?<single>(?:[^'\\]|''|\\[\s\S])*)'|"(?<double>(?:[^"\\]|""|\\[\s\S])*)"|(?<punctuation>[\s\S])/uy;

/**
 * Splits SQL text into tokens. The last one is of kind `end`.
 *
 * @throws {@link TableDefinitionError} if a quote or a comment is not closed
 */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let line = 1;
  let lineStart = 0;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < sql.length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(sql);
    const groups = match?.groups ?? {};
    const place = { line, column: start - lineStart + 1 };
    if (groups['word'] !== undefined) {
      tokens.push({ kind: 'word', text: groups['word'], ...place });
    } else if (groups['identifier'] !== undefined) {
      tokens.push({ kind: 'identifier', text: groups['identifier'].replaceAll('``', '`'), ...place });
    } else if (groups['single'] !== undefined) {
      tokens.push({ kind: 'string', text: unescapeString(groups['single'], "''", "'"), ...place });
    } else if (groups['double'] !== undefined) {
      tokens.push({ kind: 'string', text: unescapeString(groups['double'], '""', '"'), ...place });
    } else if (groups['punctuation'] !== undefined) {
      refuseUnclosed(sql, start, place);
      tokens.push({ kind: 'punctuation', text: groups['punctuation'], ...place });
    }
    const text = match?.[0] ?? '';
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
      line += 1;
      lineStart = start + newline + 1;
    }
  }
  tokens.push({ kind: 'end', text: '', line, column: sql.length - lineStart + 1 });
  return tokens;
}

function unescapeString(text: string, doubledQuote: string, quote: string): string {
  return text.replaceAll(doubledQuote, quote).replace(/\\([\s\S])/g, '$1');
}

function refuseUnclosed(sql: string, start: number, place: { line: number; column: number }): void {
  const character = sql.charAt(start);
  const what = character === '`' || character === "'" || character === '"' ? `the quote ${character}` : '';
  const unclosed = what !== '' ? what : sql.startsWith('/*', start) ? 'the comment /*' : undefined;
  if (unclosed !== undefined) {
    throw new TableDefinitionError(`Line ${place.line}, column ${place.column}: ${unclosed} is not closed.`);
  }
}
