import type { DuckDb } from '../duckdb/duckDb.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { TableDefinitionError } from '../errors.ts';
import { defaultSql, generatedSql } from '../expressions/columnExpressions.ts';
import { firstLine } from '../firstLine.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from '../schema/deltaType.ts';

/**
 * Checks that the values of columns that fill themselves can be computed. A default is computed once to find out.
 *
 * @throws {@link TableDefinitionError} if one can't be; the message names the column
 */
export async function checkFilledColumns(table: DeltaTable, duckDb: DuckDb): Promise<void> {
  const { columns } = table;
  for (const column of columns) {
    try {
      checkIdentity(column);
      if (column.default !== undefined) {
        await duckDb.run(`SELECT ${defaultSql(column)}`);
      }
      if (column.generated !== undefined) {
        const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${duckDbType(type)}) AS ${quoteIdentifier(name)}`);
        await duckDb.run(`SELECT ${generatedSql(column, columns)} FROM (SELECT ${nulls.join(', ')}) WHERE false`);
      }
    } catch (cause) {
      const reason = cause instanceof TableDefinitionError ? cause.message : computationProblem(column, cause);
      throw new TableDefinitionError(`${fullTableName(table)}: ${reason}`, { cause });
    }
  }
}

function checkIdentity({ name, type, identity }: DeltaColumn): void {
  if (identity !== undefined && (type.kind !== 'long' || identity.step === 0n)) {
    throw new TableDefinitionError(
      `Column ${name}: an identity column must be a BIGINT with a step other than 0. Change its type or its step.`,
    );
  }
}

function computationProblem({ name, default: initial, generated }: DeltaColumn, cause: unknown): string {
  return `Column ${name}: ${initial ?? generated} can't be computed: ${firstLine(cause)}`;
}
