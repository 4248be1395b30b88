import { VARIANT_FUNCTION_NAME } from '../duckdb/variantFunction.ts';
import type { DeltaType } from '../schema/deltaType.ts';
import { castSql } from './castSql.ts';
import type { SqlFunction } from './functions.ts';
import { familyOf, isOf, type TypedSql, type ValueParts } from './typedSql.ts';

/** Functions that make arrays, maps, structs and variants, by their names in Databricks SQL. */
export const constructors: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries<SqlFunction>({
    array: (...items) => {
      const element = commonType(items);
      return element && made({ kind: 'array', element, containsNull: true }, { kind: 'array', items });
    },
    map: (...values) => {
      const entries = pairsOf(values);
      const key = commonType(values.filter((_, index) => index % 2 === 0));
      const value = commonType(values.filter((_, index) => index % 2 === 1));
      return entries === undefined || key === undefined || value === undefined || entries.some(([each]) => !each.type)
        ? undefined
        : made({ kind: 'map', key, value, valueContainsNull: true }, { kind: 'map', entries });
    },
    named_struct: (...values) => {
      const pairs = pairsOf(values);
      const fields = pairs?.flatMap(([{ literal: name }, value]) => (name === undefined ? [] : [{ name, value }]));
      return fields === undefined || fields.length !== pairs?.length ? undefined : structOf(fields);
    },
    struct: (...values) => structOf(values.map((value, index) => ({ name: value.alias ?? `col${index + 1}`, value }))),
    parse_json: (value, ...rest) =>
      rest.length === 0 && value !== undefined && isOf(value, 'text')
        ? { sql: `${VARIANT_FUNCTION_NAME}(encode(${value.sql}))`, type: { kind: 'variant' } }
        : undefined,
  }),
);

/** The value as DuckDB has it, whose parts are cast to those of the type. */
function made(type: DeltaType, parts: ValueParts): TypedSql | undefined {
  const whole = castSql({ sql: '', type, parts }, type);
  return whole && { ...whole, parts };
}

function structOf(fields: readonly { readonly name: string; readonly value: TypedSql }[]): TypedSql | undefined {
  if (fields.length === 0) {
    return undefined;
  }
  const types = fields.map(({ name, value }) => ({
    name,
    type: value.type ?? ({ kind: 'string' } as const),
    nullable: true,
  }));
  return made({ kind: 'struct', fields: types }, { kind: 'struct', fields });
}

function pairsOf(values: readonly TypedSql[]): readonly (readonly [TypedSql, TypedSql])[] | undefined {
  const pairs = values.flatMap((value, index) => {
    const next = values[index + 1];
    return index % 2 === 0 && next !== undefined ? [[value, next] as const] : [];
  });
  return pairs.length * 2 === values.length ? pairs : undefined;
}

/** The type that all the values can have. Undefined if there is none. */
function commonType(values: readonly TypedSql[]): DeltaType | undefined {
  const types = values.flatMap(({ type }) => type ?? []);
  const [first = { kind: 'string' } as const] = types;
  const families = new Set(types.map(familyOf));
  const hasNumbersOnly = [...families].every((family) => family === 'integer' || family === 'fraction');
  if (types.every(({ kind }) => kind === first.kind) && first.kind !== 'decimal') {
    return first;
  }
  if (families.size === 1 && families.has('text')) {
    return { kind: 'string' };
  }
  if (!hasNumbersOnly) {
    return undefined;
  }
  if (types.some(({ kind }) => kind === 'double' || kind === 'float')) {
    return { kind: 'double' };
  }
  return families.has('fraction') ? { kind: 'decimal', precision: 38, scale: mostScale(types) } : { kind: 'long' };
}

function mostScale(types: readonly DeltaType[]): number {
  return Math.max(...types.map((type) => (type.kind === 'decimal' ? type.scale : 0)));
}
