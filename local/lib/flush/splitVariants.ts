import { listSql, mapSql, structSql } from '../duckdb/nestedSql.ts';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { variantHalves } from '../parquet/joinVariantLeaves.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';
import { holdsVariants } from './columnShape.ts';

/** Prevents a column from being taken for a table of the same name. No column has a `$` in its name. */
const ROW_ALIAS = '"$stored"';

/** A half of a variant, by the name of its binary in Parquet. */
type Half = 'metadata' | 'value';

/**
 * The query whose result DuckDB writes so that `joinVariantLeaves` can join the halves of each variant. Each column and
 * struct field with variants becomes two.
 *
 * @param select a query with the columns of the table, in which a variant is a struct of two binaries
 */
export function splitVariants(select: string, columns: readonly DeltaColumn[]): string {
  // The inner query computes each variant once, as DuckDB keeps expressions apart that are used twice.
  return `SELECT ${fieldsOf(columns, ROW_ALIAS, 0)
    .map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`)
    .join(', ')} FROM (${select}) AS ${ROW_ALIAS}`;
}

interface Field {
  readonly name: string;
  readonly expression: string;
}

/**
 * The columns or fields to write for those of a relation or struct. `depth` keeps the names in nested lambdas distinct.
 */
function fieldsOf(columns: readonly DeltaColumn[], parent: string, depth: number): Field[] {
  return columns.flatMap(({ name, type }): Field[] => {
    const stored = `${parent}.${quoteIdentifier(name)}`;
    if (!isSplit(type)) {
      return [{ name, expression: wholeExpression(type, stored, depth) }];
    }
    const halves = variantHalves(name);
    return [
      { name: halves.metadata, expression: halfExpression(type, stored, 'metadata', depth) },
      { name: halves.value, expression: halfExpression(type, stored, 'value', depth) },
    ];
  });
}

/** Whether the type has variants outside of structs. */
function isSplit(type: DeltaType): boolean {
  switch (type.kind) {
    case 'variant':
      return true;
    case 'array':
      return isSplit(type.element);
    case 'map':
      return isSplit(type.value);
    default:
      return false;
  }
}

/** The value of a type that is written as one column, with the variants in its structs split. */
function wholeExpression(type: DeltaType, stored: string, depth: number): string {
  if (!holdsVariants([{ name: '', type, nullable: true }])) {
    return stored;
  }
  switch (type.kind) {
    case 'array':
      return listSql(stored, depth, (item) => wholeExpression(type.element, item, depth + 1));
    case 'map':
      return mapSql(stored, depth, unchanged, (value) => wholeExpression(type.value, value, depth + 1));
    case 'struct':
      return structSql(stored, fieldsOf(type.fields, stored, depth));
    default:
      return stored;
  }
}

/** One half of the variants in the value. The metadata comes with the keys of maps, the value without. */
function halfExpression(type: DeltaType, stored: string, half: Half, depth: number): string {
  switch (type.kind) {
    case 'array':
      return listSql(stored, depth, (item) => halfExpression(type.element, item, half, depth + 1));
    case 'map': {
      const convert = (value: string) => halfExpression(type.value, value, half, depth + 1);
      return half === 'metadata'
        ? mapSql(stored, depth, unchanged, convert)
        : listSql(`map_values(${stored})`, depth, convert);
    }
    default:
      return `${stored}.${quoteIdentifier(half)}`;
  }
}

function unchanged(key: string): string {
  return key;
}
