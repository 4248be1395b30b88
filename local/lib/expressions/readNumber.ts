import type { SqlTokenReader } from '../schema/sqlTokenReader.ts';
import type { TypedSql } from './typedSql.ts';

/** Reads a number without a sign: an INT, a BIGINT or a DECIMAL. */
export function readNumber(tokens: SqlTokenReader): TypedSql {
  const token = tokens.take();
  if (tokens.comesPunctuation('.') && tokens.next.isAdjacent) {
    tokens.take();
    const fraction = tokens.next.isAdjacent && /^\d+$/.test(tokens.next.text) ? tokens.take().text : '';
    const precision = Math.max(token.text.replace(/^0+/, '').length, 0) + fraction.length;
    return {
      sql: `${token.text}.${fraction}`,
      type: { kind: 'decimal', precision: Math.max(1, precision), scale: fraction.length },
    };
  }
  const [, digits = '', suffix = ''] = /^(\d{1,19})(L?)$/i.exec(token.text) ?? tokens.fail('expected a number', token);
  const isLong = suffix !== '' || BigInt(digits) > 2147483647n;
  return isLong
    ? { sql: `CAST(${digits} AS BIGINT)`, type: { kind: 'long' } }
    : { sql: `CAST(${digits} AS INTEGER)`, type: { kind: 'integer' } };
}
