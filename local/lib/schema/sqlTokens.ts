import { TableDefinitionError } from '../errors.ts';

/** A token of SQL text. */
export interface SqlToken {
  /** A word or number, a quoted identifier, a string literal, or one punctuation character. */
  readonly kind: 'word' | 'identifier' | 'string' | 'punctuation' | 'end';
  /** The text. That of quoted tokens is without the quotes, and unescaped. */
  readonly text: string;
  /** The text as it was written, with its quotes. */
  readonly source: string;
  /** Whether it follows the token before it without a blank or a comment. */
  readonly isAdjacent: boolean;
  /** The line of its first character, counted from 1. */
  readonly line: number;
  /** The column of its first character, counted from 1. */
  readonly column: number;
}

/**
 * A blank or comment between tokens, or a string, a word (which may contain placeholders such as `${catalog}`), a
 * backquoted identifier, the body of a function between `$$`, or any other character.
 */
const tokenPattern =
  /(?<blank>\s+|--[^\n]*)|[rR]'(?<rawSingle>[^']*)'|[rR]"(?<rawDouble>[^"]*)"|(?<word>(?:[\p{L}\p{N}_]|\$\{[^{}\n]*\}|\{\{[^{}\n]*\}\})+)|`(?<identifier>[^`]*(?:``[^`]*)*)`|'(?<single>[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*)'|"(?<double>[^"\\]*(?:(?:""|\\[\s\S])[^"\\]*)*)"|\$\$(?<body>[^$]*(?:\$(?!\$)[^$]*)*)\$\$|(?<punctuation>\$\$|[\s\S])/uy;

/** What a backslash stands for in a string literal of Databricks SQL. Before other characters it is dropped. */
const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  '%': '\\%',
  _: '\\_',
};

/**
 * Splits SQL text into tokens. The last one is of kind `end`.
 *
 * @throws {@link TableDefinitionError} if a quote or a comment is not closed
 */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let line = 1;
  let lineStart = 0;
  let isAdjacent = false;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < sql.length) {
    const start = tokenPattern.lastIndex;
    const place = { line, column: start - lineStart + 1 };
    const token = sql.startsWith('/*', start) ? undefined : readToken(sql, place);
    if (token === undefined) {
      tokenPattern.lastIndex = commentEnd(sql, start, place);
    } else if (token.kind !== 'blank') {
      refuseUnclosed(token, place);
      tokens.push({ kind: token.kind, text: token.text, source: token.source, isAdjacent, ...place });
    }
    isAdjacent = token !== undefined && token.kind !== 'blank';
    const text = token?.source ?? sql.slice(start, tokenPattern.lastIndex);
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
      line += 1;
      lineStart = start + newline + 1;
    }
  }
  tokens.push({ kind: 'end', text: '', source: '', isAdjacent, line, column: sql.length - lineStart + 1 });
  return tokens;
}

interface Match {
  readonly kind: Exclude<SqlToken['kind'], 'end'> | 'blank';
  readonly text: string;
  readonly source: string;
}

/** Reads the token or blank at the pattern's position. */
function readToken(sql: string, place: Place): Match {
  const match = matchToken(sql, place);
  const source = match?.[0] ?? '';
  const { blank, word, identifier, rawSingle, rawDouble, single, double, body } = match?.groups ?? {};
  if (blank !== undefined) {
    return { kind: 'blank', text: blank, source };
  }
  if (word !== undefined) {
    return { kind: 'word', text: word, source };
  }
  if (identifier !== undefined) {
    return { kind: 'identifier', text: identifier.replaceAll('``', '`'), source };
  }
  const raw = rawSingle ?? rawDouble ?? body;
  if (raw !== undefined) {
    return { kind: 'string', text: raw, source };
  }
  const escaped = single ?? double;
  return escaped === undefined
    ? { kind: 'punctuation', text: source, source }
    : { kind: 'string', text: unescapeString(escaped, source.charAt(0)), source };
}

/** A token of many millions of characters takes more memory than regular expressions may. */
function matchToken(sql: string, { line, column }: Place): RegExpExecArray | null {
  try {
    return tokenPattern.exec(sql);
  } catch (cause) {
    throw new TableDefinitionError(`Line ${line}, column ${column}: a name or a text is too long to be read.`, {
      cause,
    });
  }
}

/** Replaces doubled quotes and backslashes in what is between the quotes of a string literal. */
function unescapeString(text: string, quote: string): string {
  return text.replace(
    /''|""|\\(?:([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (whole: string, octal?: string, short?: string, long?: string, character?: string) => {
      const code = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(short ?? long ?? '', 16);
      if (!Number.isNaN(code) && code <= 0x10ffff) {
        return String.fromCodePoint(code);
      }
      if (character !== undefined) {
        return escapes[character] ?? character;
      }
      return whole.startsWith(quote) ? quote : whole;
    },
  );
}

/** Finds the end of a comment, which may contain others. */
function commentEnd(sql: string, start: number, place: Place): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match !== null; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) {
      return edge.lastIndex;
    }
  }
  return failUnclosed('the comment /*', place);
}

type Place = Pick<SqlToken, 'line' | 'column'>;

function refuseUnclosed({ kind, text }: Match, place: Place): void {
  if (kind === 'punctuation' && /[`'"]|\$\$/.test(text)) {
    failUnclosed(`the quote ${text}`, place);
  }
}

function failUnclosed(what: string, { line, column }: Place): never {
  throw new TableDefinitionError(`Line ${line}, column ${column}: ${what} is not closed.`);
}
