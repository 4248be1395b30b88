import type { DeltaType } from '../schema/deltaType.ts';
import type { SqlTokenReader } from '../schema/sqlTokenReader.ts';
import type { SqlToken } from '../schema/sqlTokens.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';
import type { TypedSql } from './typedSql.ts';

/** The bits of a whole number, and its type here and in DuckDB, by its suffix. */
const integers = {
  Y: [8, 'byte', 'TINYINT'],
  S: [16, 'short', 'SMALLINT'],
  '': [32, 'integer', 'INTEGER'],
  L: [64, 'long', 'BIGINT'],
} as const;

/** Digits, a fraction, an exponent and a suffix. */
const numberPattern = /^(\d*)(?:(\.)(\d*))?(?:e([+-]?\d{1,4}))?(BD|[DFLSY])?$/i;

const MOST_DIGITS = 38;

/**
 * Reads a number: an INT or what its suffix says, a DECIMAL if it has a fraction, or a DOUBLE if it has an exponent.
 *
 * @param sign `-` if the number is negative
 */
export function readNumber(tokens: SqlTokenReader, sign: '-' | '' = ''): TypedSql {
  const start = tokens.next;
  let text = tokens.take().text;
  while (tokens.next.isAdjacent && continuesNumber(text, tokens.next)) {
    text += tokens.take().text;
  }
  const [, digits = '', point = '', fraction = '', exponent = '', suffix = ''] = numberPattern.exec(text) ?? [];
  const written = { ...start, text };
  if (digits + fraction === '') {
    tokens.fail('expected a number', written);
  }
  const value = `${sign}${text}`;
  const failRange = (type: DeltaType) => tokens.fail(`${value} is out of the range of ${sqlTypeName(type)}`, written);
  const kind = suffix.toUpperCase();
  if (kind === 'D' || kind === 'F' || (exponent !== '' && kind === '')) {
    const number = `${sign}${text.replace(/[df]$/i, '')}`;
    const type: DeltaType = { kind: kind === 'F' ? 'float' : 'double' };
    return Number.isFinite(kind === 'F' ? Math.fround(Number(number)) : Number(number))
      ? { sql: `CAST('${number}' AS ${type.kind.toUpperCase()})`, type }
      : failRange(type);
  }
  if (point !== '' || kind === 'BD') {
    return decimalSql(sign, digits, fraction, Number(exponent)) ?? tooLong(tokens, value, written);
  }
  if (exponent !== '') {
    tokens.fail('expected a number', written);
  }
  const integer = BigInt(`${sign}${digits}`);
  for (const each of kind === '' ? (['', 'L'] as const) : ([kind as 'Y' | 'S' | 'L'] as const)) {
    const [bits, name, duckDbName] = integers[each];
    if (BigInt.asIntN(bits, integer) === integer) {
      return { sql: `CAST(${integer} AS ${duckDbName})`, type: { kind: name } };
    }
    if (kind !== '') {
      failRange({ kind: name });
    }
  }
  return decimalSql(sign, digits, '', 0) ?? tooLong(tokens, value, written);
}

/** Whether the next token goes on with a number that is read up to here. */
function continuesNumber(text: string, { kind, text: next }: SqlToken): boolean {
  if (kind === 'punctuation') {
    return next === '.' ? /^\d+$/.test(text) : /[+-]/.test(next) && /\de$|\d\.e$/i.test(text);
  }
  return kind === 'word' && /[.+-]$/.test(text);
}

/** A number with all of its digits. Undefined if it has too many. */
function decimalSql(sign: string, whole: string, fraction: string, exponent: number): TypedSql | undefined {
  const shifted = `${whole}${fraction}${'0'.repeat(Math.max(0, exponent - fraction.length))}`;
  const scale = Math.max(0, fraction.length - exponent);
  const digits = shifted.replace(/^0+/, '');
  const precision = Math.max(1, digits.length, scale);
  const padded = digits.padStart(scale + 1, '0');
  const sql = `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
  return precision > MOST_DIGITS
    ? undefined
    : { sql: `CAST('${sql}' AS DECIMAL(${precision}, ${scale}))`, type: { kind: 'decimal', precision, scale } };
}

function tooLong(tokens: SqlTokenReader, value: string, at: SqlToken): never {
  return tokens.fail(`${value} has more than ${MOST_DIGITS} digits`, at);
}
