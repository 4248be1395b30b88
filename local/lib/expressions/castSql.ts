import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaType } from '../schema/deltaType.ts';
import { kindsIn } from '../schema/kindsIn.ts';
import { sqlTypeText } from '../schema/sqlTypeText.ts';
import { fittingText } from './fittingText.ts';
import { familyOf, type TypedSql, type ValueParts, wallClock } from './typedSql.ts';

/**
 * Casts a value as Databricks SQL does.
 *
 * @returns undefined if DuckDB has no cast with the same result
 */
export function castSql(value: TypedSql, type: DeltaType): TypedSql | undefined {
  const sql = castText(value, type);
  return sql === undefined ? undefined : { sql, type };
}

function castText(value: TypedSql, type: DeltaType): string | undefined {
  const { sql } = value;
  const plain = `CAST(${sql} AS ${duckDbType(type)})`;
  if (value.type === undefined) {
    return holdsVariants(type) ? 'NULL' : plain;
  }
  if (value.parts !== undefined) {
    const parts = partsText(value.parts, type);
    return parts === undefined || holdsVariants(type) ? parts : `CAST(${parts} AS ${duckDbType(type)})`;
  }
  const from = familyOf(value.type);
  switch (familyOf(type)) {
    case 'text':
      return textOf(value, plain);
    case 'integer':
      return integerOf(value, duckDbType(type), plain);
    case 'fraction':
      return from === 'integer' || from === 'fraction' || from === 'text' ? plain : undefined;
    case 'boolean':
      return from === 'integer' || from === 'boolean' || from === 'text' ? plain : undefined;
    case 'date':
      return from === 'date' || from === 'timestamp' || from === 'text'
        ? `CAST(${wallClock(value)} AS DATE)`
        : undefined;
    case 'timestamp':
      return timestampOf(value, type, plain);
    default:
      return type.kind === 'binary' && from === 'text'
        ? `encode(${sql})`
        : sqlTypeText(type) === sqlTypeText(value.type)
          ? sql
          : undefined;
  }
}

/** Data files have variants in another form than DuckDB's type. */
function holdsVariants(type: DeltaType): boolean {
  return kindsIn([{ name: '', type, nullable: true }]).has('variant');
}

/** Makes an array, map or struct of parts that are cast one by one. Undefined if one can't be. */
function partsText(parts: ValueParts, type: DeltaType): string | undefined {
  if (parts.kind === 'array' && type.kind === 'array') {
    const items = parts.items.map((item) => partText(item, type.element));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (parts.kind === 'map' && type.kind === 'map') {
    const entries = parts.entries.map(([key, value]) => [partText(key, type.key), partText(value, type.value)]);
    return entries.flat().includes(undefined)
      ? undefined
      : `MAP {${entries.map((entry) => entry.join(': ')).join(', ')}}`;
  }
  if (parts.kind === 'struct' && type.kind === 'struct' && parts.fields.length === type.fields.length) {
    const fields = type.fields.map((field, index) => {
      const { name = '', value = undefined } = parts.fields[index] ?? {};
      const isSame = name.toLowerCase() === field.name.toLowerCase() || name === `col${index + 1}`;
      const text = value && isSame ? partText(value, field.type) : undefined;
      return text && `${quoteLiteral(field.name)}: ${text}`;
    });
    return fields.includes(undefined) ? undefined : `{${fields.join(', ')}}`;
  }
  return undefined;
}

function partText(value: TypedSql, type: DeltaType): string | undefined {
  const sql = castText(value, type);
  return sql !== undefined && type.kind === 'varchar' ? fittingText(sql, type, 'A part of the column') : sql;
}

function textOf(value: TypedSql, plain: string): string | undefined {
  switch (value.type?.kind) {
    // Java writes them in another form.
    case 'float':
    case 'double':
      return undefined;
    case 'timestamp':
    case 'timestamp_ntz':
      return `CAST(${wallClock(value)} AS VARCHAR)`;
    case 'binary':
      return `decode(${value.sql})`;
    default:
      return value.type !== undefined && familyOf(value.type) === 'other' ? undefined : plain;
  }
}

function integerOf({ sql, type }: TypedSql, target: string, plain: string): string | undefined {
  switch (type && familyOf(type)) {
    case 'fraction':
      // DuckDB rounds.
      return `CAST(trunc(${sql}) AS ${target})`;
    case 'integer':
    case 'boolean':
    case 'text':
      return plain;
    case 'timestamp':
      return type?.kind === 'timestamp'
        ? `CAST(epoch_us(date_trunc('second', ${sql})) // 1000000 AS ${target})`
        : undefined;
    default:
      return undefined;
  }
}

function timestampOf(value: TypedSql, type: DeltaType, plain: string): string | undefined {
  switch (value.type && familyOf(value.type)) {
    case 'date':
    case 'text':
      return plain;
    case 'timestamp':
      return type.kind === value.type?.kind ? value.sql : plain;
    case 'integer':
      return type.kind === 'timestamp' ? `make_timestamptz(CAST(${value.sql} AS BIGINT) * 1000000)` : undefined;
    default:
      return undefined;
  }
}
