import { readArguments } from '../errors/readArguments.ts';
import { textOf } from '../errors/textOf.ts';
import { Column, columnTypeOf, invalidColumn } from './column.ts';
import type { ScalarKind, StructField } from './columnType.ts';
import type { Columns, FieldsOf, JsonValue } from './rowOf.ts';

/** An 8-bit integer, `TINYINT` or `BYTE`. Rows hold a `number` from −128 to 127. */
export function tinyint(): Column<number, true, 'key'> {
  return scalar('tinyint');
}

/** A 16-bit integer, `SMALLINT` or `SHORT`. Rows hold a `number` from −32,768 to 32,767. */
export function smallint(): Column<number, true, 'key'> {
  return scalar('smallint');
}

/** A 32-bit integer, `INT`. Rows hold a `number` from −2,147,483,648 to 2,147,483,647. */
export function int(): Column<number, true, 'key'> {
  return scalar('int');
}

/** A 64-bit integer, `BIGINT` or `LONG`. Rows hold a `bigint`, or a `number` if it is exact (up to 2^53 − 1). */
export function bigint(): Column<number | bigint, true, 'key'> {
  return scalar('bigint');
}

/**
 * A 32-bit floating-point number, `FLOAT`. Rows hold a `number`, which is rounded to 32 bits. Numbers beyond the range
 * of 32 bits are refused.
 */
export function float(): Column<number, true, 'value'> {
  return scalar('float');
}

/** A 64-bit floating-point number, `DOUBLE`. Rows hold a `number`. */
export function double(): Column<number, true, 'value'> {
  return scalar('double');
}

/**
 * Text, `STRING`. Rows hold a `string`. A lone half of a surrogate pair, which has no UTF-8 form, becomes U+FFFD, as
 * everywhere in Node.js.
 */
export function string(): Column<string, true, 'key'> {
  return scalar('string');
}

/**
 * Text of bounded length, `VARCHAR(n)`. Rows hold a `string`.
 *
 * @param length the maximum number of characters (code points), from 1
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if `length` is not a positive integer
 */
export function varchar(length: number): Column<string, true, 'key'> {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw invalidColumn(`the length of a varchar must be an integer of at least 1, got ${textOf(length)}`);
  }
  return new Column({ kind: 'varchar', length }, true);
}

/** `BOOLEAN`. Rows hold a `boolean`. */
export function boolean(): Column<boolean, true, 'key'> {
  return scalar('boolean');
}

/** Bytes, `BINARY`. Rows hold a `Uint8Array`, such as a `Buffer`. */
export function binary(): Column<Uint8Array, true, 'value'> {
  return scalar('binary');
}

/**
 * A day, `DATE`. Rows hold a `Date`, of which the UTC day is stored, or the days since 1970-01-01 as a `number`. The
 * years are 1 to 9999.
 */
export function date(): Column<Date | number, true, 'key'> {
  return scalar('date');
}

/**
 * A point in time, `TIMESTAMP`. Rows hold a `Date`, or the microseconds since 1970-01-01T00:00Z as a `bigint` or
 * `number`. The years are 1 to 9999.
 *
 * Numbers are microseconds, not milliseconds, as everywhere in Zerobus: use `new Date()` or `Date.now() * 1000`.
 */
export function timestamp(): Column<Date | number | bigint, true, 'key'> {
  return scalar('timestamp');
}

/**
 * A date and time of day without a time zone, `TIMESTAMP_NTZ`. Rows hold a `Date`, of which the UTC time is stored,
 * or the microseconds since 1970-01-01T00:00 as a `bigint` or `number`. The years are 1 to 9999.
 */
export function timestampNtz(): Column<Date | number | bigint, true, 'key'> {
  return scalar('timestampNtz');
}

/**
 * An exact decimal number, `DECIMAL(precision, scale)`. Rows hold its digits as a `string`, e.g. `'-12.50'`. Numbers
 * that would have to be rounded are refused.
 *
 * @param precision the total number of digits, from 1 to 38
 * @param scale the number of digits after the decimal point, from 0 to `precision`. Defaults to 0.
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if `precision` or `scale` is out of range
 */
export function decimal(precision: number, scale: number = 0): Column<string, true, 'value'> {
  if (!Number.isInteger(precision) || precision < 1 || precision > 38) {
    throw invalidColumn(`the precision of a decimal must be an integer from 1 to 38, got ${textOf(precision)}`);
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw invalidColumn(
      `the scale of a decimal must be an integer from 0 to its precision ${precision}, got ${textOf(scale)}`,
    );
  }
  return new Column({ kind: 'decimal', precision, scale }, true);
}

/**
 * Semi-structured data, `VARIANT`. Rows hold any JSON value; its `JSON.stringify` form is stored. A string is a JSON
 * string, not JSON text. A top-level `null` is SQL's NULL; inside arrays and objects, `null` is JSON's.
 */
export function variant(): Column<Exclude<JsonValue, null>, true, 'value'> {
  return scalar('variant');
}

/**
 * A list, `ARRAY<T>`. Rows hold an array. Protobuf has no lists of lists or of maps, and no NULL in a list. It cannot
 * tell an empty list from a missing one either: if a row omits the column, the table gets an empty list.
 *
 * @param element the column type of the elements: any type except an array or a map
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if `element` is not a column
 */
export function array<Value>(
  element: Column<Value, boolean, 'key' | 'value'>,
): Column<readonly Value[], true, 'collection'> {
  return new Column({ kind: 'array', element: columnTypeOf('array: the element', element) }, true);
}

/**
 * Key-value pairs, `MAP<K, V>`. Rows hold a `Map` or a plain object. In a plain object, integer and boolean keys are
 * written as text: `{ '7': 'seven' }`. As in an {@link array}, no value may be NULL, and if a row omits the column, the
 * table gets an empty map.
 *
 * @param key the column type of the keys: an integer, a string, a boolean, a date or a timestamp
 * @param value the column type of the values: any type except an array or a map
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if `key` or `value` is not a column
 */
export function map<Key, Value>(
  key: Column<Key, boolean, 'key'>,
  value: Column<Value, boolean, 'key' | 'value'>,
): Column<ReadonlyMap<Key, Value> | { readonly [key: string]: Value }, true, 'collection'> {
  return new Column(
    { kind: 'map', key: columnTypeOf('map: the key', key), value: columnTypeOf('map: the value', value) },
    true,
  );
}

/**
 * Named fields, `STRUCT<…>`. Rows hold an object. Fields are nullable unless `notNull()` is called on them.
 *
 * @param fields the fields by name, in the order of the table
 * @throws {@link ZerobusError} `INVALID_SCHEMA` if `fields` is not an object, or a field is not a column
 */
export function struct<const C extends Columns>(fields: C): Column<FieldsOf<C>, true, 'value'> {
  return new Column({ kind: 'struct', fields: readArguments('struct', () => structFields(fields)) }, true);
}

function structFields(fields: Columns): StructField[] {
  if (typeof fields !== 'object' || fields === null) {
    throw invalidColumn('struct: the fields must be an object, such as { lat: double() }');
  }
  return Object.entries(fields).map(([name, field]) => ({
    name,
    type: columnTypeOf(`struct: the field ${JSON.stringify(name)}`, field),
    isNullable: field.isNullable,
  }));
}

function scalar<Value, Shape extends 'key' | 'value'>(kind: ScalarKind): Column<Value, true, Shape> {
  return new Column({ kind }, true);
}
