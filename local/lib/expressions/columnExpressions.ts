import { quoteLiteral } from '../duckdb/quoteSql.ts';
import { TableDefinitionError } from '../errors.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { sqlTypeName } from '../schema/sqlTypeText.ts';
import { toError } from '../toError.ts';
import { castSql } from './castSql.ts';
import { compileExpression } from './compileExpression.ts';
import { fittingText } from './fittingText.ts';

/**
 * The value of a column that a record lacks, in DuckDB's dialect.
 *
 * @throws {@link TableDefinitionError} if DuckDB can't compute it
 */
export function defaultSql(column: DeltaColumn): string {
  return valueSql(column, column.default ?? 'NULL', [], 'DEFAULT');
}

/**
 * The value of a generated column, in DuckDB's dialect. It uses other columns by their names.
 *
 * @throws {@link TableDefinitionError} if DuckDB can't compute it
 */
export function generatedSql(column: DeltaColumn, columns: readonly DeltaColumn[]): string {
  const usable = columns.filter(({ generated, identity }) => generated === undefined && identity === undefined);
  return valueSql(column, column.generated ?? 'NULL', usable, 'GENERATED ALWAYS AS');
}

function valueSql(column: DeltaColumn, expression: string, usable: readonly DeltaColumn[], clause: string): string {
  const { name, type, nullable } = column;
  try {
    const value = compileExpression(expression, usable, clause === 'DEFAULT');
    const cast = castSql(value, type);
    if (cast === undefined) {
      const found = value.type === undefined ? 'NULL' : sqlTypeName(value.type);
      const hint = type.kind === 'variant' ? " Write it as parse_json('…')." : '';
      throw new TableDefinitionError(`it is ${found}, which can't become ${sqlTypeName(type)}.${hint}`);
    }
    const fitting = type.kind === 'varchar' ? fittingText(cast.sql, type, name) : cast.sql;
    return nullable
      ? fitting
      : `ifnull(${fitting}, error(${quoteLiteral(`${name} is NOT NULL, but computed as NULL.`)}))`;
  } catch (cause) {
    const reason = toError(cause).message;
    throw new TableDefinitionError(`Column ${name}: ${clause} ${expression} can't be computed: ${reason}`, { cause });
  }
}
