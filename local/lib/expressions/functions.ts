import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaType } from '../schema/deltaType.ts';
import { castSql } from './castSql.ts';
import { datePattern } from './datePattern.ts';
import { familyOf, isOf, type TypedSql, wallClock } from './typedSql.ts';

/** Translates a call with these arguments. Undefined if they are not supported. */
export type SqlFunction = (...values: readonly TypedSql[]) => TypedSql | undefined;

const text: DeltaType = { kind: 'string' };
const integer: DeltaType = { kind: 'integer' };
const long: DeltaType = { kind: 'long' };
const date: DeltaType = { kind: 'date' };
const timestamp: DeltaType = { kind: 'timestamp' };

/** What `date_trunc` of Databricks SQL calls the units of DuckDB. */
const truncUnits: Readonly<Record<string, string>> = {
  YEAR: 'year',
  YYYY: 'year',
  YY: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  MM: 'month',
  MON: 'month',
  WEEK: 'week',
  DAY: 'day',
  DD: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
  MILLISECOND: 'milliseconds',
  MICROSECOND: 'microseconds',
};

/** The functions by their names in Databricks SQL. Those whose result differs in DuckDB are missing. */
export const sqlFunctions: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries<SqlFunction>({
    year: part('year'),
    quarter: part('quarter'),
    month: part('month'),
    weekofyear: part('week'),
    day: part('day'),
    dayofmonth: part('day'),
    dayofyear: part('dayofyear'),
    dayofweek: part('dayofweek', ' + 1'),
    weekday: part('isodow', ' - 1'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
    date_trunc: (unit, value, ...rest) => (rest.length > 0 ? undefined : dateTrunc(unit, value)),
    trunc: (value, unit, ...rest) => {
      const truncated = rest.length > 0 || !isOfAny(value, 'date', 'timestamp') ? undefined : dateTrunc(unit, value);
      return truncated === undefined ? undefined : castSql(truncated, date);
    },
    date_format: (value, pattern, ...rest) => (rest.length > 0 ? undefined : dateFormat(value, pattern)),
    date_add: dayOffset('+'),
    date_sub: dayOffset('-'),
    datediff: (end, start, ...rest) => {
      const days = [end, start].map((value) => (value === undefined ? undefined : castSql(value, date)));
      return rest.length > 0 || days.includes(undefined)
        ? undefined
        : { sql: `CAST(${days[0]?.sql} - ${days[1]?.sql} AS INTEGER)`, type: integer };
    },
    last_day: (value, ...rest) =>
      rest.length === 0 && value !== undefined && isOf(value, 'date', 'timestamp')
        ? { sql: `last_day(${wallClock(value)})`, type: date }
        : undefined,
    timestamp_seconds: ofEpoch(1_000_000),
    timestamp_millis: ofEpoch(1000),
    timestamp_micros: ofEpoch(1),
    upper: ofText('upper', text, 1),
    ucase: ofText('upper', text, 1),
    lower: ofText('lower', text, 1),
    lcase: ofText('lower', text, 1),
    trim: trimmed('trim'),
    ltrim: trimmed('ltrim'),
    rtrim: trimmed('rtrim'),
    reverse: ofText('reverse', text, 1),
    length: ofText('length', integer, 1),
    char_length: ofText('length', integer, 1),
    md5: ofText('md5', text, 1),
    replace: ofText('replace', text, 3),
    substring,
    substr: substring,
    left: (value, count, ...rest) => (rest.length > 0 ? undefined : substring(value, constant(1), count)),
    concat: (...values) => {
      const texts = values.map((value) => castSql(value, text)?.sql);
      return texts.length === 0 || texts.includes(undefined)
        ? undefined
        : { sql: `(${texts.join(' || ')})`, type: text };
    },
    coalesce: choice('coalesce'),
    ifnull: choice('coalesce'),
    nvl: choice('coalesce'),
    nullif: (value, other, ...rest) =>
      rest.length === 0 && value !== undefined && other !== undefined && isComparable(value, other)
        ? { sql: `nullif(${value.sql}, ${other.sql})`, type: value.type }
        : undefined,
    if: (condition, yes, no, ...rest) => {
      const chosen = yes === undefined || no === undefined ? undefined : choice('')(yes, no);
      return rest.length === 0 && condition !== undefined && isOf(condition, 'boolean') && chosen !== undefined
        ? { sql: `if(${condition.sql}, ${yes?.sql}, ${no?.sql})`, type: chosen.type }
        : undefined;
    },
    greatest: choice('greatest'),
    least: choice('least'),
    abs: (value, ...rest) =>
      rest.length === 0 && isOfAny(value, 'integer', 'fraction')
        ? { sql: `abs(${value.sql})`, type: value.type }
        : undefined,
    floor: rounded('floor'),
    ceil: rounded('ceil'),
    ceiling: rounded('ceil'),
  }),
);

/** Functions whose result differs from call to call. Only a default may have them. */
export const volatileFunctions: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries<SqlFunction>({
    current_timestamp: (...values) => (values.length > 0 ? undefined : { sql: 'current_timestamp', type: timestamp }),
    now: (...values) => (values.length > 0 ? undefined : { sql: 'current_timestamp', type: timestamp }),
    current_date: (...values) => (values.length > 0 ? undefined : { sql: 'current_date', type: date }),
    curdate: (...values) => (values.length > 0 ? undefined : { sql: 'current_date', type: date }),
    localtimestamp: (...values) =>
      values.length > 0
        ? undefined
        : { sql: "(current_timestamp AT TIME ZONE 'UTC')", type: { kind: 'timestamp_ntz' } },
    unix_timestamp: (...values) =>
      values.length > 0 ? undefined : { sql: '(epoch_us(current_timestamp) // 1000000)', type: long },
    uuid: (...values) => (values.length > 0 ? undefined : { sql: 'CAST(uuid() AS VARCHAR)', type: text }),
  }),
);

/** Whether DuckDB compares the values as Databricks SQL does. */
export function isComparable(one: TypedSql, other: TypedSql): boolean {
  if (one.type === undefined || other.type === undefined) {
    return true;
  }
  const families = new Set([familyOf(one.type), familyOf(other.type)]);
  families.delete('fraction');
  if (families.size === 0 || (families.size === 1 && families.has('integer'))) {
    return true;
  }
  const isTime = families.has('date') || families.has('timestamp');
  return isTime && families.has('text')
    ? one.literal !== undefined || other.literal !== undefined
    : !families.has('other') && familyOf(one.type) === familyOf(other.type);
}

function constant(value: number): TypedSql {
  return { sql: `CAST(${value} AS INTEGER)`, type: integer };
}

function isOfAny(value: TypedSql | undefined, ...families: Parameters<typeof isOf>[1][]): value is TypedSql {
  return value !== undefined && isOf(value, ...families);
}

function part(name: string, correction = ''): SqlFunction {
  return (value, ...rest) =>
    rest.length === 0 && isOfAny(value, 'date', 'timestamp')
      ? { sql: `CAST(${name}(${wallClock(value)})${correction} AS INTEGER)`, type: integer }
      : undefined;
}

function dateTrunc(unit: TypedSql | undefined, value: TypedSql | undefined): TypedSql | undefined {
  const name = truncUnits[unit?.literal?.toUpperCase() ?? ''];
  return name !== undefined && isOfAny(value, 'date', 'timestamp')
    ? {
        sql: `(CAST(date_trunc('${name}', ${wallClock(value)}) AS TIMESTAMP) AT TIME ZONE 'UTC')`,
        type: timestamp,
      }
    : undefined;
}

function dateFormat(value: TypedSql | undefined, pattern: TypedSql | undefined): TypedSql | undefined {
  const converted = pattern?.literal === undefined ? undefined : datePattern(pattern.literal);
  return converted !== undefined && isOfAny(value, 'date', 'timestamp')
    ? { sql: `strftime(${wallClock(value)}, ${quoteLiteral(converted)})`, type: text }
    : undefined;
}

function dayOffset(sign: string): SqlFunction {
  return (value, days, ...rest) => {
    const start = value === undefined ? undefined : castSql(value, date);
    return rest.length === 0 && start !== undefined && isOfAny(days, 'integer')
      ? { sql: `(${start.sql} ${sign} CAST(${days.sql} AS INTEGER))`, type: date }
      : undefined;
  };
}

function ofEpoch(microseconds: number): SqlFunction {
  return (value, ...rest) =>
    rest.length === 0 && isOfAny(value, 'integer')
      ? { sql: `make_timestamptz(CAST(${value.sql} AS BIGINT) * ${microseconds})`, type: timestamp }
      : undefined;
}

function ofText(name: string, type: DeltaType, count: number): SqlFunction {
  return (...values) => {
    const texts = values.map((value) => castSql(value, text)?.sql);
    return texts.length !== count || texts.includes(undefined)
      ? undefined
      : { sql: `CAST(${name}(${texts.join(', ')}) AS ${type === integer ? 'INTEGER' : 'VARCHAR'})`, type };
  };
}

function trimmed(name: string): SqlFunction {
  return (...values) => {
    const value = ofText(name, text, 1)(...values);
    return value && { ...value, sql: value.sql.replace(/\) AS VARCHAR\)$/, ", ' ') AS VARCHAR)") };
  };
}

/** Databricks SQL takes a start of 0 for 1, and counts a negative one from the end. */
function substring(...values: readonly (TypedSql | undefined)[]): TypedSql | undefined {
  const [value, start, count] = values;
  const string = value === undefined ? undefined : castSql(value, text);
  const position = /^CAST\((\d+) AS INTEGER\)$/.exec(start?.sql ?? '')?.[1];
  if (string === undefined || position === undefined || values.length > 3 || (count && !isOf(count, 'integer'))) {
    return undefined;
  }
  const length = count === undefined ? '' : `, greatest(${count.sql}, 0)`;
  return { sql: `substring(${string.sql}, ${Math.max(1, Number(position))}${length})`, type: text };
}

/** A function that returns one of its arguments, which must be of one type. */
function choice(name: string): SqlFunction {
  return (...values) => {
    const typed = values.filter(({ type }) => type !== undefined);
    const kinds = new Set(typed.map(({ type }) => (type?.kind === 'varchar' ? 'string' : type?.kind)));
    const hasIntegersOnly = typed.every((value) => isOf(value, 'integer'));
    if (values.length === 0 || kinds.has('decimal') || (kinds.size > 1 && !hasIntegersOnly)) {
      return undefined;
    }
    const type = kinds.size > 1 ? long : typed[0]?.type;
    return { sql: `${name}(${values.map(({ sql }) => sql).join(', ')})`, type: type?.kind === 'varchar' ? text : type };
  };
}

function rounded(name: string): SqlFunction {
  return (value, ...rest) =>
    rest.length > 0 || value === undefined || !isOf(value, 'integer', 'fraction') || value.type?.kind === 'decimal'
      ? undefined
      : { sql: `CAST(${name}(${value.sql}) AS BIGINT)`, type: long };
}
