import { TableDefinitionError } from '../errors.ts';
import { collectionDepthProblem } from './collectionDepthProblem.ts';
import type { DeltaColumn, DeltaTable } from './deltaType.ts';
import { checkColumnName, readColumnRest, readColumnType } from './parseColumnType.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';

/**
 * Parses one statement of Databricks SQL:
 * `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] catalog.schema.table (column TYPE [NOT NULL] [COMMENT '…'], …) [USING
 * DELTA] …`.
 *
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseCreateTable(sql: string): DeltaTable {
  const [table, ...others] = parseCreateTables(sql);
  if (table === undefined) {
    throw new TableDefinitionError('Expected a CREATE TABLE statement, but the text is empty.');
  }
  if (others.length > 0) {
    throw new TableDefinitionError(
      'Expected one CREATE TABLE statement, but there are several. Use parseCreateTables for a file of statements.',
    );
  }
  return table;
}

/**
 * Parses a file of `CREATE TABLE` statements, separated by `;`. It may contain comments anywhere (`--` and
 * `/* … *\/`).
 *
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseCreateTables(sql: string): DeltaTable[] {
  const tokens = new SqlTokenReader(sql);
  const tables: DeltaTable[] = [];
  for (;;) {
    while (tokens.takePunctuation(';')) {}
    if (tokens.isAtEnd()) {
      return tables;
    }
    tables.push(readCreateTable(tokens));
    if (!tokens.isAtEnd()) {
      tokens.expectPunctuation(';');
    }
  }
}

function readCreateTable(tokens: SqlTokenReader): DeltaTable {
  if (!tokens.takeWords('CREATE', 'OR', 'REPLACE', 'TABLE')) {
    tokens.expectWords('CREATE', 'TABLE');
  }
  tokens.takeWords('IF', 'NOT', 'EXISTS');
  const name = readTableName(tokens);
  const columns = readColumns(tokens);
  readTableClauses(tokens);
  return { ...name, columns };
}

function readTableName(tokens: SqlTokenReader): Pick<DeltaTable, 'catalog' | 'schema' | 'name'> {
  const start = tokens.next;
  const parts: string[] = [];
  do {
    const part = tokens.expectName('a table name');
    if (!/^[A-Za-z0-9_]+$/.test(part.text)) {
      tokens.fail('a table name can contain only ASCII letters, digits and underscores', part);
    }
    parts.push(part.text);
  } while (tokens.takePunctuation('.'));
  const [catalog, schema, name] = parts;
  if (catalog === undefined || schema === undefined || name === undefined || parts.length > 3) {
    return tokens.fail('a table name has three parts, catalog.schema.table, as in main.iot.readings', start);
  }
  return { catalog, schema, name };
}

function readColumns(tokens: SqlTokenReader): readonly DeltaColumn[] {
  tokens.expectPunctuation('(');
  const columns: DeltaColumn[] = [];
  const taken = new Set<string>();
  do {
    const name = tokens.expectName('a column name');
    checkColumnName(tokens, name, taken);
    const typeWord = tokens.next;
    const type = readColumnType(tokens);
    const problem = collectionDepthProblem(type);
    if (problem !== undefined) {
      tokens.fail(problem, typeWord);
    }
    columns.push(readColumnRest(tokens, name, type));
  } while (tokens.takePunctuation(','));
  if (!tokens.takePunctuation(')')) {
    tokens.fail("expected ',' or ')', since only NOT NULL and COMMENT can follow a column's type");
  }
  return columns;
}

/** Reads the clauses after the columns. They do not change which rows the table takes. */
function readTableClauses(tokens: SqlTokenReader): void {
  while (!tokens.isAtEnd() && !(tokens.next.kind === 'punctuation' && tokens.next.text === ';')) {
    if (tokens.takeWords('USING')) {
      tokens.expectWords('DELTA');
    } else if (tokens.takeWords('COMMENT')) {
      tokens.expectString('the comment');
    } else if (tokens.takeWords('TBLPROPERTIES')) {
      skipParentheses(tokens);
    } else if (tokens.takeWords('PARTITIONED', 'BY')) {
      tokens.fail('partitioned tables are not supported, so omit PARTITIONED BY');
    } else {
      tokens.fail('expected USING DELTA, COMMENT, TBLPROPERTIES, or the end of the statement');
    }
  }
}

function skipParentheses(tokens: SqlTokenReader): void {
  tokens.expectPunctuation('(');
  for (let depth = 1; depth > 0; ) {
    const token = tokens.take();
    if (token.kind === 'end') {
      tokens.fail("expected ')'");
    }
    if (token.kind === 'punctuation') {
      depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    }
  }
}
