import type { DeltaColumn, DeltaTable, DeltaType } from '../../../schema/deltaType.ts';
import { rescueColumn } from '../../../schema/rescueColumn.ts';

const DAY_MS = 86_400_000;

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * A record that the table takes, in JSON. It has a value for each column that does not fill itself.
 *
 * @param nowMs the time in it, in milliseconds since 1970-01-01
 */
export function sampleRecord({ columns }: DeltaTable, nowMs: number): { readonly [name: string]: Json } {
  const rescue = rescueColumn(columns);
  const given = columns.filter(
    (column) => column !== rescue && column.generated === undefined && column.identity === undefined,
  );
  return fieldsOf(given, nowMs);
}

function fieldsOf(columns: readonly DeltaColumn[], nowMs: number): { readonly [name: string]: Json } {
  // As properties of their own, whatever their names.
  return Object.fromEntries(columns.map(({ name, type }) => [name, sampleValue(type, name, nowMs)]));
}

function sampleValue(type: DeltaType, name: string, nowMs: number): Json {
  switch (type.kind) {
    case 'string':
      return `${name}-1`;
    case 'varchar':
      return `${name}-1`.slice(0, type.length);
    case 'boolean':
      return true;
    case 'float':
    case 'double':
      return 21.5;
    case 'decimal':
      return decimalText(type.precision, type.scale);
    case 'binary':
      return Buffer.from(name).toString('base64');
    case 'date':
      return Math.floor(nowMs / DAY_MS);
    case 'timestamp':
    case 'timestamp_ntz':
      return nowMs * 1000;
    case 'variant':
      return JSON.stringify({ [name]: 1 });
    case 'array':
      return [sampleValue(type.element, name, nowMs)];
    case 'map':
      return { [String(sampleValue(type.key, 'key', nowMs))]: sampleValue(type.value, name, nowMs) };
    case 'struct':
      return fieldsOf(type.fields, nowMs);
    default:
      return 1;
  }
}

/** 1.50 for two digits after the point; 0.5 if there are none before it. */
function decimalText(precision: number, scale: number): string {
  const whole = precision > scale ? '1' : '0';
  return scale === 0 ? whole : `${whole}.${'5'.padEnd(scale, '0')}`;
}
