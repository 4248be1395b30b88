import { type DeltaTable, fullTableName } from './deltaType.ts';
import { expandPlaceholders, type SqlVariables } from './expandPlaceholders.ts';
import { notebookSql } from './notebookSql.ts';
import { mayAlter, readAlteration } from './readAlteration.ts';
import {
  type CreateTable,
  comesCreateTable,
  type MissingColumns,
  readCreateTable,
  type SqlSession,
} from './readCreateTable.ts';
import { readDefaultValue } from './readDefaultValue.ts';
import { readNameParts } from './readNameParts.ts';
import { splitStatements } from './splitStatements.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';
import { tokenizeSql } from './sqlTokens.ts';
import { statementLabel } from './statementLabel.ts';

/** What a script of SQL says about tables. */
export interface SqlScript {
  readonly tables: readonly DeltaTable[];
  /** What has no effect here, one sentence each, with its place. */
  readonly notes: readonly string[];
}

/**
 * Parses a script of Databricks SQL, or the source of a notebook. `CREATE TABLE`, `USE`, and what adds columns to these
 * tables or tags them have an effect. Other statements are noted.
 *
 * @param variables values of placeholders such as `${catalog}`, `{{catalog}}` and `:catalog`
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseScript(sql: string, variables: SqlVariables = {}): SqlScript {
  const notes: string[] = [];
  let session: SqlSession = { variables };
  let tables: readonly DeltaTable[] = [];
  let missing: MissingColumns | undefined;
  for (const statement of splitStatements(tokenizeSql(notebookSql(sql)))) {
    const written = new SqlTokenReader(statement, notes);
    const expanded = () => new SqlTokenReader(expandPlaceholders(statement, session.variables), notes);
    if (comesCreateTable(written)) {
      const made = readCreateTable(expanded(), session);
      if ('table' in made) {
        tables = withTable(tables, made);
      } else {
        missing ??= made;
        written.note(`CREATE TABLE ${made.fullName} is skipped, since its columns are not in the statement`);
      }
    } else if (written.takeWords('USE') || written.takeWords('SET', 'CATALOG')) {
      session = readUse(expanded(), session);
    } else {
      const defaults = readDefaultValue(written);
      const altered =
        defaults === undefined && mayAlter(statement) ? readAlteration(expanded(), session, tables) : undefined;
      session = { ...session, variables: { ...defaults, ...session.variables } };
      tables = altered ?? tables;
      if (defaults === undefined && altered === undefined) {
        written.note(`${statementLabel(statement)} is skipped`, statement[0]);
      }
    }
  }
  if (missing !== undefined && tables.length === 0) {
    new SqlTokenReader([missing.at]).fail(missing.problem, missing.at);
  }
  return { tables, notes };
}

/** Adds a table, or replaces one of the same name if the statement says so. */
function withTable(tables: readonly DeltaTable[], { table, replaces, isOptional }: CreateTable): readonly DeltaTable[] {
  const isSame = (other: DeltaTable) => fullTableName(other).toLowerCase() === fullTableName(table).toLowerCase();
  if (isOptional && tables.some(isSame)) {
    return tables;
  }
  return [...(replaces ? tables.filter((other) => !isSame(other)) : tables), table];
}

/** Reads `USE CATALOG …`, `USE [SCHEMA] …`. */
function readUse(tokens: SqlTokenReader, session: SqlSession): SqlSession {
  const isCatalog = tokens.takeWords('SET', 'CATALOG') || tokens.takeWords('USE', 'CATALOG');
  if (!isCatalog) {
    tokens.expectWords('USE');
    if (!tokens.takeWords('SCHEMA')) {
      tokens.takeWords('DATABASE');
    }
  }
  const start = tokens.next;
  const texts =
    start.kind === 'string'
      ? [tokens.expectString('a name')]
      : readNameParts(tokens, 'a name', session.variables).map(({ text }) => text);
  if (!tokens.isAtEnd() || texts.length > (isCatalog ? 1 : 2)) {
    tokens.fail(`expected USE CATALOG catalog, USE SCHEMA schema, or USE catalog.schema`, start);
  }
  const [schema, catalog = session.catalog] = [...texts].reverse();
  return isCatalog
    ? { variables: session.variables, catalog: schema as string, schema: 'default' }
    : { variables: session.variables, schema: schema as string, ...(catalog === undefined ? {} : { catalog }) };
}
