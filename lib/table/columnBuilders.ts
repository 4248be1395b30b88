import { ZerobusError } from '../errors/zerobusError.ts';
import { Column } from './column.ts';
import type { ColumnType, ScalarKind } from './columnType.ts';
import type { Columns, FieldsOf, JsonValue } from './rowOf.ts';

/** An 8-bit integer, `TINYINT` or `BYTE`: a `number` from −128 to 127. */
export function tinyint(): Column<number, true, 'key'> {
  return scalar('tinyint');
}

/** A 16-bit integer, `SMALLINT` or `SHORT`: a `number` from −32,768 to 32,767. */
export function smallint(): Column<number, true, 'key'> {
  return scalar('smallint');
}

/** A 32-bit integer, `INT`: a `number` from −2,147,483,648 to 2,147,483,647. */
export function int(): Column<number, true, 'key'> {
  return scalar('int');
}

/** A 64-bit integer, `BIGINT` or `LONG`: a `bigint`, or a `number` where that is exact (up to 2^53 − 1). */
export function bigint(): Column<number | bigint, true, 'key'> {
  return scalar('bigint');
}

/**
 * A 32-bit floating-point number, `FLOAT`: a `number`, which is rounded to 32 bits; one that 32 bits can't reach is
 * refused.
 */
export function float(): Column<number, true, 'value'> {
  return scalar('float');
}

/** A 64-bit floating-point number, `DOUBLE`: a `number`. */
export function double(): Column<number, true, 'value'> {
  return scalar('double');
}

/**
 * Text, `STRING`: a `string`. Half of a surrogate pair, which has no UTF-8 form, becomes U+FFFD, as everywhere in
 * Node.js.
 */
export function string(): Column<string, true, 'key'> {
  return scalar('string');
}

/**
 * Text of bounded length, `VARCHAR(n)`: a `string`.
 *
 * @param length how many characters (code points) it takes at most, from 1
 * @throws {@link ZerobusError} `INVALID_SCHEMA`
 */
export function varchar(length: number): Column<string, true, 'key'> {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw invalid(`varchar(n) takes an integer of at least 1, got ${String(length)}`);
  }
  return new Column({ kind: 'varchar', length }, true);
}

/** `BOOLEAN`: a `boolean`. */
export function boolean(): Column<boolean, true, 'key'> {
  return scalar('boolean');
}

/** Bytes, `BINARY`: a `Uint8Array`, such as a `Buffer`. */
export function binary(): Column<Uint8Array, true, 'value'> {
  return scalar('binary');
}

/**
 * A day, `DATE`: a `Date`, of which the day in UTC counts, or the days since 1970-01-01 as a `number`. From year 1 to
 * 9999.
 */
export function date(): Column<Date | number, true, 'key'> {
  return scalar('date');
}

/**
 * A point in time, `TIMESTAMP`: a `Date`, or the microseconds since 1970-01-01T00:00Z as a `bigint` or `number`. From
 * year 1 to 9999.
 *
 * Mind that numbers are micro-, not milliseconds, as everywhere in Zerobus: `new Date()` or `Date.now() * 1000`.
 */
export function timestamp(): Column<Date | number | bigint, true, 'key'> {
  return scalar('timestamp');
}

/**
 * A date with a time of day and without a time zone, `TIMESTAMP_NTZ`: a `Date`, of which the clock in UTC counts, or
 * the microseconds since 1970-01-01T00:00 as a `bigint` or `number`. From year 1 to 9999.
 */
export function timestampNtz(): Column<Date | number | bigint, true, 'key'> {
  return scalar('timestampNtz');
}

/**
 * An exact decimal number, `DECIMAL(precision, scale)`: its digits as a `string`, e.g. `'-12.50'`. One that would have
 * to be rounded is refused.
 *
 * @param precision how many digits it has in all, from 1 to 38
 * @param scale how many of them are behind the point, from 0 to `precision`. Defaults to 0
 * @throws {@link ZerobusError} `INVALID_SCHEMA`
 */
export function decimal(precision: number, scale: number = 0): Column<string, true, 'value'> {
  if (!Number.isInteger(precision) || precision < 1 || precision > 38) {
    throw invalid(`the precision of a decimal is an integer from 1 to 38, got ${String(precision)}`);
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw invalid(`the scale of a decimal is an integer from 0 to its precision ${precision}, got ${String(scale)}`);
  }
  return new Column({ kind: 'decimal', precision, scale }, true);
}

/**
 * Semi-structured data, `VARIANT`: any JSON value. A string is a JSON string, not JSON text; `null` itself is SQL's
 * NULL, inside of arrays and objects it is JSON's. What `JSON.stringify` makes of the value is what is stored.
 */
export function variant(): Column<Exclude<JsonValue, null>, true, 'value'> {
  return scalar('variant');
}

/**
 * A list, `ARRAY<T>`: an array. Protobuf knows neither lists of lists or maps, nor NULL in a list; and since it can't
 * tell an empty list from none, a row without the column has an empty list in the table.
 *
 * @param element the column type of its elements: anything but an array or a map
 * @throws {@link ZerobusError} `INVALID_SCHEMA`
 */
export function array<Value>(
  element: Column<Value, boolean, 'key' | 'value'>,
): Column<readonly Value[], true, 'collection'> {
  return new Column({ kind: 'array', element: typeOf('array: the element', element) }, true);
}

/**
 * Pairs of key and value, `MAP<K, V>`: a `Map`, or a plain object; in the latter, keys that are integers or booleans
 * are written as text: `{ '7': 'seven' }`. No value may be NULL, and a row without the column has an empty map in the
 * table, for the reasons of {@link array}.
 *
 * It shares its name with rxjs's operator: where a file needs both, `import { map as mapOf } from 'rxjs-zerobus'`.
 *
 * @param key the column type of its keys: an integer, a string, a boolean, a date or a timestamp
 * @param value the column type of its values: anything but an array or a map
 * @throws {@link ZerobusError} `INVALID_SCHEMA`
 */
export function map<Key, Value>(
  key: Column<Key, boolean, 'key'>,
  value: Column<Value, boolean, 'key' | 'value'>,
): Column<ReadonlyMap<Key, Value> | { readonly [key: string]: Value }, true, 'collection'> {
  return new Column({ kind: 'map', key: typeOf('map: the key', key), value: typeOf('map: the value', value) }, true);
}

/**
 * Named fields, `STRUCT<…>`: an object. Its fields are nullable unless they say `notNull()`.
 *
 * @param fields the fields by their names, in their order in the table
 * @throws {@link ZerobusError} `INVALID_SCHEMA`
 */
export function struct<const C extends Columns>(fields: C): Column<FieldsOf<C>, true, 'value'> {
  return new Column(
    {
      kind: 'struct',
      fields: Object.entries(fields).map(([name, field]) => ({
        name,
        type: typeOf(`struct: the field ${JSON.stringify(name)}`, field),
        isNullable: field.isNullable,
      })),
    },
    true,
  );
}

function scalar<Value, Shape extends 'key' | 'value'>(kind: ScalarKind): Column<Value, true, Shape> {
  return new Column({ kind }, true);
}

/** The type of what should be a column: JavaScript may hand in anything, and `map` is easily taken for rxjs's. */
export function typeOf(what: string, column: Column<unknown>): ColumnType {
  if (column instanceof Column) {
    return column.type;
  }
  const hint = typeof column === 'function' ? ' (is the call missing, or is another function of that name meant?)' : '';
  throw invalid(`${what} must be a column such as string(), got ${column === null ? 'null' : typeof column}${hint}`);
}

function invalid(problem: string): ZerobusError {
  return new ZerobusError('INVALID_SCHEMA', `Invalid column: ${problem}`);
}
