/** A name in DuckDB's SQL, a dot, blanks and comments, and other text that must not be searched for names. */
const tokenPattern =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<name>"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)|(?<other>[\s\S])/gu;

/** A token of a query. */
export interface QueryToken {
  readonly start: number;
  readonly end: number;
  /** Unquoted, in lower case. Undefined if the token is not a name. */
  readonly name: string | undefined;
  readonly text: string;
}

/** Splits a query in DuckDB's SQL into its tokens, without blanks and comments. */
export function queryTokens(sql: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  for (const match of sql.matchAll(tokenPattern)) {
    const [text] = match;
    if (match.groups?.['blank'] === undefined) {
      const name = match.groups?.['name'];
      const unquoted = name?.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
      tokens.push({ start: match.index, end: match.index + text.length, name: unquoted?.toLowerCase(), text });
    }
  }
  return tokens;
}
