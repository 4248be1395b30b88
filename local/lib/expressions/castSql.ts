import { duckDbType } from '../duckdb/duckDbType.ts';
import type { DeltaType } from '../schema/deltaType.ts';
import { familyOf, type TypedSql, wallClock } from './typedSql.ts';

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
    // Data files have variants in another form than DuckDB.
    return type.kind === 'variant' ? 'NULL' : plain;
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
        : type.kind === 'binary' && value.type.kind === 'binary'
          ? sql
          : undefined;
  }
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
