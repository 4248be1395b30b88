import { TableDefinitionError } from '../errors.ts';
import type { DeltaType } from '../schema/deltaType.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';
import { castSql } from './castSql.ts';
import type { SqlFunction } from './functions.ts';
import { isOf, type TypedSql } from './typedSql.ts';

/** Types of whole numbers. A result is of the widest one of its operands. */
const integerKinds = ['byte', 'short', 'integer', 'long'] as const;

/** A condition. `isFine` is whether the operator applies to its operands. */
export function conditionSql(isFine: boolean, operator: string, sql: string): TypedSql {
  return isFine ? { sql, type: { kind: 'boolean' } } : unsupported(`${operator} between these types`);
}

/** AND or OR. */
export function logicalSql(one: TypedSql, operator: string, other: TypedSql): TypedSql {
  return conditionSql(
    isOf(one, 'boolean') && isOf(other, 'boolean'),
    operator,
    `(${one.sql} ${operator} ${other.sql})`,
  );
}

/** A sum, difference, product, quotient or remainder. */
export function arithmeticSql(one: TypedSql, operator: string, other: TypedSql): TypedSql {
  const types = [one, other].flatMap(({ type }) => type ?? []);
  const hasDouble = types.some(({ kind }) => kind === 'float' || kind === 'double');
  const hasDecimal = types.some(({ kind }) => kind === 'decimal');
  const sql = `(${one.sql} ${operator} ${other.sql})`;
  // The digits of decimals, and what follows a division by zero, differ.
  const isFine =
    isOf(one, 'integer', 'fraction') && isOf(other, 'integer', 'fraction') && !hasDecimal && types.length === 2;
  if (isFine && (operator === '/' || hasDouble)) {
    return { sql, type: { kind: 'double' } };
  }
  const kinds = types.map(({ kind }) => integerKinds.indexOf(kind as (typeof integerKinds)[number]));
  const type: DeltaType = { kind: integerKinds[Math.max(0, ...kinds)] ?? 'long' };
  return { ...conditionSql(isFine, operator, sql), type };
}

/** A number after a sign. */
export function signedSql(value: TypedSql, sign: '-' | '+'): TypedSql {
  return { ...conditionSql(isOf(value, 'integer', 'fraction'), sign, `(${sign}${value.sql})`), type: value.type };
}

/** A cast that a user wrote. */
export function convertedSql(value: TypedSql, type: DeltaType): TypedSql {
  return castSql(value, type) ?? unsupported(`CAST(… AS ${sqlTypeName(type)}) of ${typeName(value)}`);
}

/** A call. `translate` is undefined if there is no such function. */
export function callSql(name: string, translate: SqlFunction | undefined, values: readonly TypedSql[]): TypedSql {
  return translate?.(...values) ?? unsupported(`${name}(${values.map(typeName).join(', ')})`);
}

function typeName({ type }: TypedSql): string {
  return type === undefined ? 'NULL' : sqlTypeName(type);
}

function unsupported(what: string): never {
  throw new TableDefinitionError(`zerobus-local does not support ${what} here.`);
}
