import { type DeltaColumn, type DeltaTable, fullTableName } from './deltaType.ts';
import type { SqlVariables } from './expandPlaceholders.ts';
import { readColumn } from './readColumn.ts';
import { readTableConstraint } from './readConstraint.ts';
import { readNameParts } from './readNameParts.ts';
import { findColumn, readTableClauses, sourceProblem } from './readTableClauses.ts';
import { reservedSchemas } from './reservedSchemas.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Of a part of a table's name, which is a folder. It is Unity Catalog's limit, too. */
const MOST_NAME_LENGTH = 255;

/** What a script has said before a statement. */
export interface SqlSession {
  /** The catalog that `USE` has named. */
  readonly catalog?: string;
  /** The schema that `USE` has named. */
  readonly schema?: string;
  readonly variables: SqlVariables;
}

/** A table with what its statement says about an earlier one of the same name. */
export interface CreateTable {
  readonly table: DeltaTable;
  /** `REPLACE` */
  readonly replaces: boolean;
  /** `IF NOT EXISTS` */
  readonly isOptional: boolean;
}

/** A table whose columns are not in its statement. */
export interface MissingColumns {
  readonly fullName: string;
  /** Where it says so, and what to do. */
  readonly at: SqlToken;
  readonly problem: string;
}

/** How a statement that makes a table begins. */
const beginnings: readonly (readonly string[])[] = [
  ...['CREATE', 'CREATE OR REPLACE', 'CREATE OR REFRESH'].flatMap((verb) =>
    ['TABLE', 'EXTERNAL TABLE'].map((object) => `${verb} ${object}`.split(' ')),
  ),
  ['REPLACE', 'TABLE'],
];

/** What can follow the name of a table whose columns are elsewhere. */
const clauseWords = /^(?:using|location|comment|tblproperties|options|cluster|partitioned)$/i;

/** Whether a statement that makes a table comes next. */
export function comesCreateTable(tokens: SqlTokenReader): boolean {
  return beginnings.some((words) => tokens.comesWords(...words));
}

/**
 * Reads a statement that makes a table, to its end.
 *
 * @returns what keeps it from being made if the statement has no columns
 */
export function readCreateTable(tokens: SqlTokenReader, session: SqlSession): CreateTable | MissingColumns {
  const words = beginnings.find((each) => tokens.takeWords(...each));
  if (words === undefined) {
    tokens.fail('expected CREATE TABLE');
  }
  const isOptional = tokens.takeWords('IF', 'NOT', 'EXISTS');
  const name = readTableName(tokens, session);
  if (!tokens.comesPunctuation('(')) {
    return readWithoutColumns(tokens, fullTableName(name));
  }
  const taken = new Set<string>();
  const { columns, constraints } = readColumns(tokens, taken);
  const table = {
    ...name,
    ...readTableClauses(tokens, columns, taken),
    ...(constraints.length === 0 ? {} : { constraints }),
  };
  return { table, replaces: words?.includes('REPLACE') === true, isOptional };
}

/** Reads the clauses of a statement without columns. */
function readWithoutColumns(tokens: SqlTokenReader, fullName: string): MissingColumns {
  const start = tokens.next;
  while (!tokens.isAtEnd()) {
    const problem = sourceProblem(tokens);
    if (problem !== undefined) {
      return { fullName, at: tokens.next, problem };
    }
    tokens.take();
  }
  const problem = "expected '(' and the columns with their types";
  const isClause = start.kind === 'end' || clauseWords.test(start.text);
  return isClause ? { fullName, at: start, problem } : tokens.fail(problem, start);
}

type TableName = Pick<DeltaTable, 'catalog' | 'schema' | 'name'>;

/** Reads a table's name. It may omit what `USE` has named. */
export function readTableName(tokens: SqlTokenReader, session: SqlSession): TableName {
  return tableNameOf(tokens, readNameParts(tokens, 'a table name', session.variables), session);
}

/** The table that the parts of a name stand for. */
export function tableNameOf(tokens: SqlTokenReader, parts: readonly SqlToken[], session: SqlSession): TableName {
  const wrong = parts.find(({ text }) => !/^[A-Za-z0-9_]+$/.test(text));
  if (wrong !== undefined) {
    tokens.fail('a table name can contain only ASCII letters, digits and underscores', wrong);
  }
  const long = parts.find(({ text }) => text.length > MOST_NAME_LENGTH);
  if (long !== undefined) {
    tokens.fail(`a part of a table name can have at most ${MOST_NAME_LENGTH} characters`, long);
  }
  const defaults = [session.catalog, session.schema].slice(0, Math.max(0, 3 - parts.length));
  const [catalog, schema, name] = [...defaults, ...parts.map(({ text }) => text)];
  if (catalog === undefined || schema === undefined || name === undefined || parts.length > 3) {
    return tokens.fail(
      'a table name has three parts, catalog.schema.table, as in main.iot.readings, unless USE names the first ones',
      parts[0],
    );
  }
  if (reservedSchemas.has(schema.toLowerCase())) {
    tokens.fail(
      `a schema can't be called ${schema}, since queries describe the tables in a schema of this name`,
      parts[0],
    );
  }
  return { catalog, schema, name };
}

/** Reads the columns and the constraints among them. */
function readColumns(
  tokens: SqlTokenReader,
  taken: Set<string>,
): { readonly columns: readonly DeltaColumn[]; readonly constraints: readonly string[] } {
  tokens.expectPunctuation('(');
  const columns: DeltaColumn[] = [];
  const constraints: string[] = [];
  const named: SqlToken[] = [];
  const required: SqlToken[] = [];
  do {
    const constraint = readTableConstraint(tokens);
    if (constraint === undefined) {
      columns.push(readColumn(tokens, taken, constraints));
    } else {
      named.push(...constraint.columns);
      required.push(...constraint.required);
      constraints.push(...(constraint.sql === undefined ? [] : [constraint.sql]));
    }
  } while (tokens.takePunctuation(','));
  if (!tokens.takePunctuation(')')) {
    tokens.fail(
      "expected ',' or ')', since only NOT NULL, COMMENT, DEFAULT, GENERATED, keys, constraints, COLLATE, MASK and TAGS " +
        "can follow a column's type",
    );
  }
  for (const name of named) {
    findColumn(tokens, columns, name);
  }
  // The columns of a primary key are implicitly NOT NULL.
  const keys = new Set(required.map((name) => findColumn(tokens, columns, name)));
  return {
    columns: columns.map((column) => (keys.has(column) ? { ...column, nullable: false } : column)),
    constraints,
  };
}
