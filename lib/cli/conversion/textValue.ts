import type { ColumnType } from '../../table/columnType.ts';
import { bytesOf, dateOf, finite, jsonValue, timestampOf } from './jsonValue.ts';
import { misfit } from './misfit.ts';
import { parseExactJson } from './parseExactJson.ts';

const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?\d+(?:\.\d+)?$/;
const double = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((text) => [text, false] as const),
]);
const specialDoubles: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ...['inf', '+inf', 'infinity', '+infinity'].map((text) => [text, Number.POSITIVE_INFINITY] as const),
  ...['-inf', '-infinity'].map((text) => [text, Number.NEGATIVE_INFINITY] as const),
]);

/**
 * Returns a function that converts a field of CSV, which is not empty, into the value that a row has in a column.
 *
 * @param type the type of the column
 * @returns a function that throws a {@link Misfit} if the text is not of that type
 */
export function textValue(type: ColumnType): (text: string) => unknown {
  switch (type.kind) {
    case 'string':
    case 'varchar':
      return (text) => text;
    case 'tinyint':
    case 'smallint':
    case 'int':
      return (text) => Number(matching(text, integer, 'an integer'));
    case 'bigint':
      return (text) => BigInt(matching(text, integer, 'an integer').replace('+', ''));
    case 'float':
    case 'double':
      return (text) =>
        specialDoubles.get(text.trim().toLowerCase()) ?? finite(Number(matching(text, double, 'a number')));
    case 'decimal':
      return (text) => matching(text, decimal, 'digits such as -12.50').replace('+', '');
    case 'boolean':
      return booleanOf;
    case 'date':
      return (text) => dateOf(text.trim());
    case 'timestamp':
    case 'timestampNtz':
      // Digits alone are microseconds, as everywhere in Zerobus.
      return (text) => (integer.test(text) ? BigInt(text.replace('+', '')) : timestampOf(text.trim()));
    case 'binary':
      return (text) => bytesOf(text.trim());
    default:
      return nestedValue(type);
  }
}

function matching(text: string, pattern: RegExp, expected: string): string {
  const trimmed = text.trim();
  if (!pattern.test(trimmed)) {
    throw misfit(expected, text);
  }
  return trimmed;
}

function booleanOf(text: string): boolean {
  const value = booleans.get(text.trim().toLowerCase());
  if (value === undefined) {
    throw misfit('true or false', text);
  }
  return value;
}

function nestedValue(type: ColumnType): (text: string) => unknown {
  const convert = jsonValue(type);
  return (text) => {
    let value: unknown;
    try {
      value = parseExactJson(text);
    } catch {
      throw misfit('JSON', text);
    }
    return value === null ? null : convert(value);
  };
}
