import { collectionDepthProblem } from './collectionDepthProblem.ts';
import type { ColumnChange, ColumnPosition, DefinitionChange, TableAlteration } from './columnChange.ts';
import type { DeltaColumn } from './deltaType.ts';
import { expandPlaceholders } from './expandPlaceholders.ts';
import { checkColumnName, readColumnType } from './parseColumnType.ts';
import { readAddition, readColumnChange, readTableChange } from './readDefinitionChange.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';
import { type SqlToken, tokenizeSql } from './sqlTokens.ts';

const SUPPORTED =
  'expected ADD COLUMN, or ALTER COLUMN with SET TAGS or UNSET TAGS; make other changes with another Delta writer while ' +
  'no server runs';

/** Why some clauses can't follow the type of a column that is added, by their first word. */
const refusedClauses: Readonly<Record<string, string>> = {
  NOT: 'a column that is added must be nullable, since it is NULL in the rows that are there; omit NOT NULL',
  DEFAULT: 'a column that is added can have no DEFAULT, as at Databricks; omit it',
  COLLATE: 'COLLATE is not supported here; omit it',
  MASK: 'MASK is not supported here; omit it',
  GENERATED: 'a column that is added can not be GENERATED; omit the clause',
};

/**
 * Parses one statement of Databricks SQL: `ALTER TABLE catalog.schema.table ADD COLUMNS (column TYPE [COMMENT '…']
 * [FIRST | AFTER other], …)`, `ALTER TABLE … ALTER COLUMN column SET TAGS ('name' = 'value', …)` or `SET TAG ON COLUMN
 * catalog.schema.table.column name = value`.
 *
 * @throws {@link TableDefinitionError} if the text is wrong; the message names the place
 */
export function parseAlterTable(sql: string): TableAlteration {
  const tokens = new SqlTokenReader(expandPlaceholders(tokenizeSql(sql), {}));
  const start = tokens.next;
  const alteration = readAlterTable(tokens);
  if (alteration.table.length !== 3) {
    tokens.fail('a table name has three parts, catalog.schema.table, as in ALTER TABLE main.iot.readings', start);
  }
  while (tokens.takePunctuation(';')) {}
  if (!tokens.isAtEnd()) {
    tokens.fail('expected the end of the statement, since one ALTER TABLE is made at a time');
  }
  return alteration;
}

function readAlterTable(tokens: SqlTokenReader): TableAlteration {
  if (tokens.takeWords('SET', 'TAG', 'ON', 'COLUMN')) {
    const path = [...readPath(tokens, 'a column with the name of its table')];
    const column = path.pop() as string;
    return { table: path, changes: [readTag(tokens, column)] };
  }
  tokens.expectWords('ALTER', 'TABLE');
  const table = readPath(tokens, 'a table name');
  const clause = tokens.next;
  const changes = readChanges(tokens).map((change) =>
    change.kind === 'define'
      ? tokens.fail(`a running server can't make ${change.clause}: ${SUPPORTED}`, clause)
      : change,
  );
  return { table, changes };
}

/** Reads what follows the table's name. */
export function readChanges(tokens: SqlTokenReader): readonly (ColumnChange | DefinitionChange)[] {
  if (tokens.takeWords('ADD')) {
    const comesColumn = tokens.takeWords('COLUMNS') || tokens.takeWords('COLUMN') || tokens.comesPunctuation('(');
    return comesColumn ? readAddedColumns(tokens) : [readAddition(tokens)];
  }
  if (!tokens.takeWords('ALTER') && !tokens.takeWords('CHANGE')) {
    return [readTableChange(tokens)];
  }
  tokens.takeWords('COLUMN');
  const changes: (ColumnChange | DefinitionChange)[] = [];
  do {
    changes.push(readColumnAlteration(tokens));
  } while (tokens.takePunctuation(','));
  return changes;
}

/** Reads a column's name, and what becomes of the column. */
function readColumnAlteration(tokens: SqlTokenReader): ColumnChange | DefinitionChange {
  const names = readPathTokens(tokens, 'a column name');
  const path = names.map(({ text }) => text);
  if (tokens.takeWords('SET', 'TAGS')) {
    return { kind: 'setTags', path, tags: Object.fromEntries(readTags(tokens)) };
  }
  if (tokens.takeWords('UNSET', 'TAGS')) {
    return { kind: 'unsetTags', path, tags: readTags(tokens).map(([name]) => name) };
  }
  return readColumnChange(tokens, names);
}

function readAddedColumns(tokens: SqlTokenReader): readonly ColumnChange[] {
  if (tokens.takeWords('IF', 'NOT', 'EXISTS')) {
    tokens.fail('ADD COLUMN has no IF NOT EXISTS, as at Databricks; omit it');
  }
  const isInParentheses = tokens.takePunctuation('(');
  const changes: ColumnChange[] = [];
  do {
    changes.push(readAddedColumn(tokens));
  } while (tokens.takePunctuation(','));
  if (isInParentheses && !tokens.takePunctuation(')')) {
    tokens.fail("expected ',' or ')', since only COMMENT, FIRST and AFTER can follow a column's type");
  }
  return changes;
}

function readAddedColumn(tokens: SqlTokenReader): ColumnChange {
  const names = readPathTokens(tokens, 'a column name');
  const name = names.pop() as SqlToken;
  checkColumnName(tokens, name, new Set());
  const typeWord = tokens.next;
  const type = readColumnType(tokens);
  const problem = collectionDepthProblem(type);
  if (problem !== undefined) {
    tokens.fail(problem, typeWord);
  }
  let column: DeltaColumn = { name: name.text, type, nullable: true };
  let position: ColumnPosition | undefined;
  for (;;) {
    if (tokens.takeWords('COMMENT')) {
      column = { ...column, comment: tokens.expectString('the comment') };
    } else if (tokens.takeWords('FIRST')) {
      position = 'first';
    } else if (tokens.takeWords('AFTER')) {
      position = { after: tokens.expectName('a column name').text };
    } else {
      break;
    }
  }
  const refused = tokens.next.kind === 'word' ? refusedClauses[tokens.next.text.toUpperCase()] : undefined;
  if (refused !== undefined) {
    tokens.fail(refused);
  }
  const parent = names.map(({ text }) => text);
  return { kind: 'add', parent, column, ...(position === undefined ? {} : { position }) };
}

/** Reads `name = value`, in which the value may be left out. */
export function readTag(tokens: SqlTokenReader, column: string): ColumnChange {
  const name = readTagPart(tokens, 'the name of the tag');
  const value = tokens.takePunctuation('=') ? readTagPart(tokens, 'the value of the tag') : '';
  return { kind: 'setTags', path: [column], tags: { [name]: value } };
}

/** Reads a string or a name. */
function readTagPart(tokens: SqlTokenReader, what: string): string {
  return tokens.next.kind === 'string' ? tokens.take().text : tokens.expectName(what).text;
}

/** Reads `('name' = 'value', 'name', …)`. A tag without a value has the empty one. */
function readTags(tokens: SqlTokenReader): [name: string, value: string][] {
  tokens.expectPunctuation('(');
  const tags: [string, string][] = [];
  do {
    const name = tokens.expectString('the name of a tag');
    tags.push([name, tokens.takePunctuation('=') ? tokens.expectString('the value of the tag') : '']);
  } while (tokens.takePunctuation(','));
  tokens.expectPunctuation(')');
  return tags;
}

function readPath(tokens: SqlTokenReader, what: string): readonly string[] {
  return readPathTokens(tokens, what).map(({ text }) => text);
}

function readPathTokens(tokens: SqlTokenReader, what: string): SqlToken[] {
  const names: SqlToken[] = [];
  do {
    names.push(tokens.expectName(what));
  } while (tokens.takePunctuation('.'));
  return names;
}
