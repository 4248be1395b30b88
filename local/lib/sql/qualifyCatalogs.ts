import { quoteIdentifier } from '../duckdb/quoteSql.ts';

/** A name in DuckDB's SQL, a dot, blanks and comments, and other text that must not be searched for names. */
const tokenPattern =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<name>"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)|(?<other>[\s\S])/gu;

interface Token {
  readonly start: number;
  readonly end: number;
  /** Unquoted, in lower case. Undefined if the token is not a name. */
  readonly name: string | undefined;
  readonly text: string;
}

/**
 * Rewrites the catalog in each three-part table name of a query.
 *
 * DuckDB can't have a catalog called `main`, which is the most common one in Databricks: with it, DuckDB no longer
 * finds its own functions. Tables of such a catalog are in another one, and the query is rewritten to use that.
 *
 * @param sql the query
 * @param catalogs the catalogs that DuckDB uses, by `catalog.schema` in lower case
 */
export function qualifyCatalogs(sql: string, catalogs: ReadonlyMap<string, string>): string {
  const tokens = tokenize(sql);
  let rewritten = '';
  let position = 0;
  tokens.forEach((token, index) => {
    const [dot, schema, secondDot, table] = tokens.slice(index + 1, index + 5);
    if (dot?.text === '.' && secondDot?.text === '.' && tokens[index - 1]?.text !== '.') {
      const catalog = table?.name === undefined ? undefined : catalogs.get(`${token.name}.${schema?.name}`);
      if (catalog !== undefined) {
        rewritten += sql.slice(position, token.start) + quoteIdentifier(catalog);
        position = token.end;
      }
    }
  });
  return rewritten + sql.slice(position);
}

function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
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
