import type { DuckDb } from '../duckdb/duckDb.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { TableDefinitionError } from '../errors.ts';
import { defaultSql, generatedSql } from '../expressions/columnExpressions.ts';
import { firstLine } from '../firstLine.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from '../schema/deltaType.ts';

/** What is run to find out whether the values of a column can be computed. */
interface FilledColumn {
  readonly column: DeltaColumn;
  /** A query in DuckDB's dialect. */
  readonly query: string;
}

/**
 * Checks that the values of columns that fill themselves can be computed. A default is computed once to find out.
 *
 * @throws {@link TableDefinitionError} if one can't be; the message names the column
 */
export async function checkFilledColumns(table: DeltaTable, duckDb: DuckDb): Promise<void> {
  for (const { column, query } of compileFilledColumns(table)) {
    try {
      await duckDb.run(query);
    } catch (cause) {
      throw new TableDefinitionError(`${fullTableName(table)}: ${computationProblem(column, cause)}`, { cause });
    }
  }
}

/**
 * Compiles what computes the values of columns that fill themselves.
 *
 * @throws {@link TableDefinitionError} if it can't be compiled; the message names the column
 */
export function compileFilledColumns(table: DeltaTable): readonly FilledColumn[] {
  const { columns } = table;
  try {
    return columns.flatMap((column) => {
      checkIdentity(column);
      const queries: string[] = [];
      if (column.default !== undefined) {
        queries.push(`SELECT ${defaultSql(column)}`);
      }
      if (column.generated !== undefined) {
        const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${duckDbType(type)}) AS ${quoteIdentifier(name)}`);
        queries.push(`SELECT ${generatedSql(column, columns)} FROM (SELECT ${nulls.join(', ')}) WHERE false`);
      }
      return queries.map((query) => ({ column, query }));
    });
  } catch (cause) {
    if (cause instanceof TableDefinitionError) {
      throw new TableDefinitionError(`${fullTableName(table)}: ${cause.message}`, { cause });
    }
    throw cause;
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
