import type { ColumnType } from '../../table/columnType.ts';
import { ExactNumber, rounded } from './exactNumber.ts';
import { misfit } from './misfit.ts';
import { parseDate, parseTimestamp } from './parseTime.ts';
import { plainDigits } from './plainDigits.ts';

/** Converts a value that is not `null`. What it cannot convert, it returns: the encoder then says what is wrong. */
export type Convert = (value: unknown) => unknown;

const integer = /^-?\d+$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Returns a function that converts a value of JSON into one that a row has in a column.
 *
 * Dates and times may be ISO text, decimals may be numbers, and bytes are base64.
 *
 * @param type the type of the column
 */
export function jsonValue(type: ColumnType): Convert {
  switch (type.kind) {
    case 'bigint':
      return (value) => (value instanceof ExactNumber ? exactInteger(value) : value);
    case 'decimal':
      return (value) =>
        value instanceof ExactNumber || typeof value === 'number' ? plainDigits(digitsOf(value)) : value;
    case 'float':
    case 'double':
      return (value) => finite(rounded(value));
    case 'date':
      return (value) => (typeof value === 'string' ? dateOf(value) : rounded(value));
    case 'timestamp':
    case 'timestampNtz':
      return (value) =>
        typeof value === 'string' ? timestampOf(value) : value instanceof ExactNumber ? exactInteger(value) : value;
    case 'binary':
      return (value) => (typeof value === 'string' ? bytesOf(value) : value);
    case 'variant':
      return exactVariant;
    case 'array':
      return arrayValue(jsonValue(type.element));
    case 'map':
      return fieldsValue(() => jsonValue(type.value));
    case 'struct': {
      const fields = new Map(type.fields.map((field) => [field.name, jsonValue(field.type)]));
      return fieldsValue((name) => fields.get(name));
    }
    default:
      return rounded;
  }
}

/**
 * Returns a value that is not infinite. JSON and CSV have no other number that becomes infinite than one that is out of
 * range.
 */
export function finite(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw misfit('a number in the range of DOUBLE', `${value}`);
  }
  return value;
}

/** Parses a date of ISO text. */
export function dateOf(text: string): number {
  const days = parseDate(text);
  if (days === undefined) {
    throw misfit('a date such as 2026-01-31', text);
  }
  return days;
}

/** Parses a time of ISO text. */
export function timestampOf(text: string): bigint {
  const microseconds = parseTimestamp(text);
  if (microseconds === undefined) {
    throw misfit('a time such as 2026-01-31T12:00:00.123456Z', text);
  }
  return microseconds;
}

/** Parses bytes of base64. */
export function bytesOf(text: string): Buffer {
  if (!base64.test(text)) {
    throw misfit('bytes in base64', text);
  }
  return Buffer.from(text, 'base64');
}

function digitsOf(value: ExactNumber | number): string {
  return value instanceof ExactNumber ? value.text : `${value}`;
}

function exactInteger({ text }: ExactNumber): number | bigint {
  return integer.test(text) ? BigInt(text) : Number(text);
}

/** JSON text is written of a bigint as its digits. */
function exactVariant(value: unknown): unknown {
  if (value instanceof ExactNumber) {
    return finite(exactInteger(value));
  }
  if (Array.isArray(value)) {
    return value.map(exactVariant);
  }
  if (typeof value !== 'object' || value === null) {
    return finite(value);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, exactVariant(each)]));
}

function arrayValue(convert: Convert): Convert {
  return (value) => (Array.isArray(value) ? value.map((each) => (each === null ? each : convert(each))) : value);
}

/** Converts the values of an object in place. */
function fieldsValue(converterOf: (name: string) => Convert | undefined): Convert {
  return (value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)) {
      const fields = value as Record<string, unknown>;
      for (const name of Object.keys(fields)) {
        const field = fields[name];
        const convert = converterOf(name);
        if (field !== null && convert !== undefined) {
          fields[name] = convert(field);
        }
      }
      return fields;
    }
    return rounded(value);
  };
}
