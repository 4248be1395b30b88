import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { FoundTable } from '../storage/findTables.ts';
import { queryTokens } from './queryTokens.ts';

/** The name of a failing view's column, which DuckDB's errors quote. DuckDB cuts such names at commas. */
export function problemColumn(problem: string): string {
  return problem.replaceAll(',', ';');
}

/**
 * Says why DuckDB refuses a query.
 *
 * @param message the message of DuckDB
 * @param problems why views of the query fail
 */
export async function queryProblem(
  sql: string,
  message: string,
  problems: readonly string[],
  tables: readonly FoundTable[],
  duckDb: DuckDb,
): Promise<string> {
  const problem = problems.find((each) => message.includes(each) || message.includes(problemColumn(each)));
  if (problem !== undefined) {
    return problem;
  }
  if (/^Binder Error: .* does not have a column named/.test(message) && problems.length > 0) {
    // A column of a failing view may be unknown only because the view has none.
    return [message, ...problems].join('\n');
  }
  const keywords = message.startsWith('Parser Error: syntax error') ? await keywordColumns(sql, tables, duckDb) : [];
  return keywords.length === 0
    ? message
    : `${message}\nHint: ${keywords.join(', ')} is a keyword of DuckDB. Quote the column: ${keywords.map(quoteIdentifier).join(', ')}.`;
}

/** Columns of the query's tables that are keywords, and are not quoted in the query. */
async function keywordColumns(sql: string, tables: readonly FoundTable[], duckDb: DuckDb): Promise<readonly string[]> {
  const columns = new Set(tables.flatMap(({ definition }) => namesOf(definition?.columns ?? [])));
  const unquoted = new Set(
    queryTokens(sql).flatMap(({ name, text }) => (name === undefined || text.startsWith('"') ? [] : [name])),
  );
  const reader = await duckDb.run("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'");
  return reader
    .getRowsJson()
    .map(([keyword]) => String(keyword))
    .filter((keyword) => columns.has(keyword) && unquoted.has(keyword));
}

function namesOf(columns: readonly DeltaColumn[]): readonly string[] {
  return columns.flatMap(({ name, type }) => [
    name.toLowerCase(),
    ...(type.kind === 'struct' ? namesOf(type.fields) : []),
  ]);
}
