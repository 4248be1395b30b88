import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { SqlTokenReader } from '../schema/sqlTokenReader.ts';
import { castSql } from './castSql.ts';
import { readNumber } from './readNumber.ts';
import type { TypedSql } from './typedSql.ts';

/** Words before the text of a date or time, with the type. */
const timeWords = {
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_LTZ: 'timestamp',
  TIMESTAMP_NTZ: 'timestamp_ntz',
} as const;

/** Reads a literal without a sign. @returns undefined if none comes next */
export function readLiteral(tokens: SqlTokenReader): TypedSql | undefined {
  const { kind, text } = tokens.next;
  if (kind === 'string') {
    const literal = tokens.expectString('a text');
    return { sql: quoteLiteral(literal), type: { kind: 'string' }, literal };
  }
  if (kind === 'word' ? /^\d/.test(text) : tokens.comesPunctuation('.')) {
    return readNumber(tokens);
  }
  if (tokens.takeWords('NULL')) {
    return { sql: 'NULL', type: undefined };
  }
  if (tokens.comesWords('TRUE') || tokens.comesWords('FALSE')) {
    return { sql: tokens.take().text.toLowerCase(), type: { kind: 'boolean' } };
  }
  return tokens.comesStringAfter(1) && kind === 'word' ? readTypedText(tokens) : undefined;
}

/** Reads `DATE '…'`, `TIMESTAMP '…'` or `X'…'`. */
function readTypedText(tokens: SqlTokenReader): TypedSql | undefined {
  const word = tokens.next.text.toUpperCase();
  if (word === 'X') {
    tokens.take();
    const token = tokens.next;
    const digits = tokens.expectString('hexadecimal digits');
    if (!/^[\da-f]*$/i.test(digits)) {
      tokens.fail("expected hexadecimal digits in X'…'", token);
    }
    const bytes = digits.padStart(digits.length + (digits.length % 2), '0');
    return { sql: `unhex('${bytes}')`, type: { kind: 'binary' } };
  }
  const kind = Object.hasOwn(timeWords, word) ? timeWords[word as keyof typeof timeWords] : undefined;
  if (kind === undefined) {
    return undefined;
  }
  tokens.take();
  const literal = tokens.expectString(`the text of a ${word}`);
  return castSql({ sql: quoteLiteral(literal), type: { kind: 'string' } }, { kind });
}
