import { TableDefinitionError } from '../errors.ts';
import type { DeltaTable } from './deltaType.ts';
import type { SqlVariables } from './expandPlaceholders.ts';
import { notebookSql } from './notebookSql.ts';
import { parseScript } from './parseScript.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';

/**
 * Parses one statement of Databricks SQL: `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] catalog.schema.table (column TYPE
 * …, …) …`. Statements around it are skipped.
 *
 * @param variables values of placeholders such as `${catalog}`, `{{catalog}}` and `:catalog`. Defaults to none.
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseCreateTable(sql: string, variables: SqlVariables = {}): DeltaTable {
  const [table, ...others] = parseCreateTables(sql, variables);
  if (table === undefined) {
    const tokens = new SqlTokenReader(notebookSql(sql));
    if (tokens.isAtEnd()) {
      throw new TableDefinitionError('Expected a CREATE TABLE statement, but the text is empty.');
    }
    return tokens.fail('expected CREATE TABLE');
  }
  if (others.length > 0) {
    throw new TableDefinitionError(
      'Expected one CREATE TABLE statement, but there are several. Use parseCreateTables for a file of statements.',
    );
  }
  return table;
}

/**
 * Parses a script of statements, separated by `;`, or the source of a notebook. It may contain comments anywhere (`--`
 * and `/* … *\/`). `USE` is obeyed, and statements other than `CREATE TABLE` are skipped.
 *
 * @param variables values of placeholders such as `${catalog}`, `{{catalog}}` and `:catalog`. Defaults to none.
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseCreateTables(sql: string, variables: SqlVariables = {}): DeltaTable[] {
  return [...parseScript(sql, variables).tables];
}
