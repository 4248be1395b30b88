import { ExactNumber } from './exactNumber.ts';
import { parseDate, parseTimestamp } from './parseTime.ts';

/** The type of the values of a column, as they were seen so far. */
export type InferredType =
  | { readonly kind: 'null' | 'boolean' | 'bigint' | 'double' | 'date' | 'timestamp' | 'string' | 'variant' }
  | { readonly kind: 'array'; readonly element: InferredType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, InferredType> };

/** A VARIANT holds what no other type does. */
const variant: InferredType = { kind: 'variant' };
/** An object with more keys is a map rather than a record. */
const MAX_FIELDS = 100;
const columnName = /^[A-Za-z_]\w*$/;

/** Infers the type of a value of JSON. */
export function typeOfJson(value: unknown): InferredType {
  switch (typeof value) {
    case 'boolean':
      return { kind: 'boolean' };
    case 'number':
      return { kind: Number.isSafeInteger(value) ? 'bigint' : 'double' };
    case 'string':
      return { kind: kindOfText(value) };
    default:
      break;
  }
  if (value instanceof ExactNumber) {
    return { kind: isBigint(value.text) ? 'bigint' : 'double' };
  }
  return Array.isArray(value) ? typeOfArray(value) : value ? typeOfObject(value) : { kind: 'null' };
}

/** Whether digits are an integer of 64 bits. */
function isBigint(digits: string): boolean {
  return /^-?\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits);
}

/** Infers the type of a field of CSV. */
export function typeOfField(text: string): InferredType {
  const trimmed = text.trim();
  if (trimmed === '') {
    return { kind: 'null' };
  }
  if (/^[+-]?\d{1,18}$/.test(trimmed)) {
    // Such digits are a code or a number of a telephone.
    return { kind: /^[+-]?0\d/.test(trimmed) ? 'string' : 'bigint' };
  }
  if (/^[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) {
    return { kind: 'double' };
  }
  return { kind: /^(true|false)$/i.test(trimmed) ? 'boolean' : kindOfText(trimmed) };
}

/**
 * Returns the type that has the values of both.
 *
 * @param mixed the type of values that have nothing in common
 */
export function mergedType(a: InferredType, b: InferredType, mixed: InferredType = variant): InferredType {
  if (a.kind === 'null' || b.kind === 'null') {
    return a.kind === 'null' ? b : a;
  }
  if (a.kind === 'array' && b.kind === 'array') {
    return arrayOf(mergedType(a.element, b.element));
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    return structOf(mergedFields(a.fields, b.fields));
  }
  if (a.kind === b.kind) {
    return a;
  }
  const kinds = new Set([a.kind, b.kind]);
  if (kinds.has('bigint') && kinds.has('double')) {
    return { kind: 'double' };
  }
  const isText = [...kinds].every((kind) => kind === 'date' || kind === 'timestamp' || kind === 'string');
  return isText ? { kind: kinds.has('string') ? 'string' : 'timestamp' } : mixed;
}

/** Merges types by their names. A name that only one of them has is NULL in the other. */
export function mergedFields(
  a: ReadonlyMap<string, InferredType>,
  b: ReadonlyMap<string, InferredType>,
  mixed: InferredType = variant,
): ReadonlyMap<string, InferredType> {
  const fields = new Map(a);
  for (const [name, type] of b) {
    fields.set(name, mergedType(fields.get(name) ?? { kind: 'null' }, type, mixed));
  }
  return fields;
}

/** Returns the SQL form of a type. What was always NULL is text. */
export function inferredSql(type: InferredType): string {
  switch (type.kind) {
    case 'null':
      return 'STRING';
    case 'array':
      return `ARRAY<${inferredSql(type.element)}>`;
    case 'struct':
      return `STRUCT<${[...type.fields].map(([name, field]) => `${quoted(name)}: ${inferredSql(field)}`).join(', ')}>`;
    default:
      return type.kind.toUpperCase();
  }
}

/** Whether a name can be that of a column. */
export function isColumnName(name: string): boolean {
  return columnName.test(name);
}

/** Quotes a name, since it may be a word of SQL. */
export function quoted(name: string): string {
  return `\`${name}\``;
}

function kindOfText(text: string): 'date' | 'timestamp' | 'string' {
  return parseDate(text) !== undefined ? 'date' : parseTimestamp(text) !== undefined ? 'timestamp' : 'string';
}

function typeOfArray(values: readonly unknown[]): InferredType {
  // Protobuf has no NULL in a list.
  return values.includes(null)
    ? variant
    : arrayOf(values.map(typeOfJson).reduce((a, b) => mergedType(a, b), { kind: 'null' }));
}

function typeOfObject(value: object): InferredType {
  return structOf(new Map(Object.entries(value).map(([name, field]) => [name, typeOfJson(field)])));
}

/** Protobuf has no lists of lists. */
function arrayOf(element: InferredType): InferredType {
  return element.kind === 'array' || element.kind === 'variant' ? variant : { kind: 'array', element };
}

function structOf(fields: ReadonlyMap<string, InferredType>): InferredType {
  const isStruct = fields.size > 0 && fields.size <= MAX_FIELDS && [...fields.keys()].every(isColumnName);
  return isStruct ? { kind: 'struct', fields } : variant;
}
