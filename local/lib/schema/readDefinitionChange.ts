import type { DefinitionChange } from './columnChange.ts';
import type { DeltaColumn, DeltaTable } from './deltaType.ts';
import { checkColumnName, readColumnType } from './parseColumnType.ts';
import { readDefault } from './readColumn.ts';
import { readTableConstraint } from './readConstraint.ts';
import { readPropertyKeys } from './readProperties.ts';
import { findColumn, readKeptProperties, readLayout } from './readTableClauses.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Clauses without an effect on a table here, longer ones before their beginnings. */
const skippedClauses: readonly string[] = [
  // A script reads it before.
  'RENAME TO',
  'SET OWNER TO',
  'OWNER TO',
  'SET TAGS',
  'UNSET TAGS',
  'SET ROW FILTER',
  'DROP ROW FILTER',
  'SET LOCATION',
  'SET MANAGED',
  'SET SERDE',
  'SET SERDEPROPERTIES',
  'DROP CONSTRAINT',
  'DROP PRIMARY KEY',
  'DROP FOREIGN KEY',
  'DROP FEATURE',
  'DROP IF EXISTS PARTITION',
  'DROP PARTITION',
  'PARTITION',
  'RECOVER PARTITIONS',
  'ENABLE PREDICTIVE OPTIMIZATION',
  'DISABLE PREDICTIVE OPTIMIZATION',
  'INHERIT PREDICTIVE OPTIMIZATION',
  'DEFAULT COLLATION',
];

/** The same after `ALTER COLUMN`. */
const skippedColumnClauses: readonly string[] = ['SET MASK', 'DROP MASK', 'SYNC IDENTITY', 'FIRST', 'AFTER'];

type Change = NonNullable<DefinitionChange['change']>;

function define(clause: string, change?: Change): DefinitionChange {
  return { kind: 'define', clause, ...(change === undefined ? {} : { change }) };
}

/** Reads what follows `ALTER TABLE name`, other than `ADD` and `ALTER COLUMN`. */
export function readTableChange(tokens: SqlTokenReader): DefinitionChange {
  if (tokens.takeWords('SET', 'TBLPROPERTIES')) {
    const properties = readKeptProperties(tokens);
    return define('SET TBLPROPERTIES', (table) => ({ ...table, properties: { ...table.properties, ...properties } }));
  }
  if (tokens.takeWords('UNSET', 'TBLPROPERTIES')) {
    tokens.takeWords('IF', 'EXISTS');
    const keys = new Set(readPropertyKeys(tokens));
    return define('UNSET TBLPROPERTIES', ({ properties = {}, ...table }) => {
      const kept = Object.entries(properties).filter(([key]) => !keys.has(key));
      return kept.length === 0 ? table : { ...table, properties: Object.fromEntries(kept) };
    });
  }
  if (tokens.comesWords('CLUSTER', 'BY')) {
    return readClustering(tokens);
  }
  if (tokens.takeWords('RENAME', 'COLUMN')) {
    const name = tokens.expectName('a column name');
    tokens.expectWords('TO');
    const other = tokens.expectName('the new name');
    return define('RENAME COLUMN', (table) => {
      const column = findMovable(tokens, table, name);
      checkColumnName(tokens, other, new Set(table.columns.map((each) => each.name.toLowerCase())));
      return replaceColumn(table, column, { ...column, name: other.text });
    });
  }
  if (tokens.takeWords('DROP', 'COLUMN') || tokens.takeWords('DROP', 'COLUMNS')) {
    return readDroppedColumns(tokens);
  }
  if (tokens.comesWords('REPLACE', 'COLUMNS')) {
    tokens.fail('REPLACE COLUMNS is not supported: change the columns in CREATE TABLE');
  }
  return readSkipped(tokens, skippedClauses) ?? tokens.fail('expected ADD COLUMN or another clause of ALTER TABLE');
}

/** Reads what follows `ADD` if it is not a column. */
export function readAddition(tokens: SqlTokenReader): DefinitionChange {
  const skipped = readSkipped(tokens, ['PARTITION', 'IF NOT EXISTS PARTITION']);
  if (skipped !== undefined) {
    return define(`ADD ${skipped.clause}`);
  }
  const constraint = readTableConstraint(tokens) ?? tokens.fail('expected COLUMN or CONSTRAINT');
  return define('ADD CONSTRAINT', (table) => {
    for (const name of constraint.columns) {
      findColumn(tokens, table.columns, name);
    }
    const required = new Set(constraint.required.map((name) => findColumn(tokens, table.columns, name)));
    const columns = table.columns.map((column) => (required.has(column) ? { ...column, nullable: false } : column));
    const { sql } = constraint;
    return { ...table, columns, ...(sql === undefined ? {} : { constraints: [...(table.constraints ?? []), sql] }) };
  });
}

/** Reads what follows `ALTER COLUMN name` if it is not about tags. */
export function readColumnChange(tokens: SqlTokenReader, names: readonly SqlToken[]): DefinitionChange {
  const skipped = readSkipped(tokens, skippedColumnClauses);
  if (skipped !== undefined) {
    return define(`ALTER COLUMN … ${skipped.clause}`);
  }
  const { clause, change } = readColumnClause(tokens, names);
  return define(`ALTER COLUMN … ${clause}`, (table) => {
    const [name, inner] = names as [SqlToken, SqlToken | undefined];
    if (inner !== undefined) {
      tokens.fail(`${clause} of a field is not supported: change it in CREATE TABLE`, inner);
    }
    const column = findColumn(tokens, table.columns, name);
    return replaceColumn(table, column, change(column));
  });
}

/** Reads what follows `COMMENT ON TABLE name`. */
export function readTableComment(tokens: SqlTokenReader): DefinitionChange {
  const rest = readCommentText(tokens);
  return define('COMMENT', ({ comment: _before, ...table }) => ({ ...table, ...rest }));
}

/** Reads what follows `COMMENT ON COLUMN name`. */
export function readColumnComment(tokens: SqlTokenReader, name: SqlToken): DefinitionChange {
  const rest = readCommentText(tokens);
  return define('COMMENT', (table) => {
    const column = findColumn(tokens, table.columns, name);
    const { comment: _before, ...other } = column;
    return replaceColumn(table, column, { ...other, ...rest });
  });
}

function readCommentText(tokens: SqlTokenReader): { readonly comment?: string } {
  tokens.expectWords('IS');
  return tokens.takeWords('NULL') ? {} : { comment: tokens.expectString('the comment') };
}

interface ColumnClause {
  readonly clause: string;
  readonly change: (column: DeltaColumn) => DeltaColumn;
}

function readColumnClause(tokens: SqlTokenReader, names: readonly SqlToken[]): ColumnClause {
  if (tokens.takeWords('SET', 'DEFAULT')) {
    const initial = readDefault(tokens);
    return { clause: 'SET DEFAULT', change: (column) => ({ ...column, default: initial }) };
  }
  if (tokens.takeWords('DROP', 'DEFAULT')) {
    return { clause: 'DROP DEFAULT', change: ({ default: _dropped, ...column }) => column };
  }
  if (tokens.takeWords('SET', 'NOT', 'NULL')) {
    return { clause: 'SET NOT NULL', change: (column) => ({ ...column, nullable: false }) };
  }
  if (tokens.takeWords('DROP', 'NOT', 'NULL')) {
    return { clause: 'DROP NOT NULL', change: (column) => ({ ...column, nullable: true }) };
  }
  if (tokens.takeWords('COMMENT')) {
    const comment = tokens.expectString('the comment');
    return { clause: 'COMMENT', change: (column) => ({ ...column, comment }) };
  }
  if (tokens.takeWords('TYPE')) {
    const type = readColumnType(tokens);
    return { clause: 'TYPE', change: (column) => ({ ...column, type }) };
  }
  // The form of Hive has the name again, and the type: CHANGE COLUMN name name TYPE.
  if (names.at(-1)?.text.toLowerCase() === tokens.next.text.toLowerCase()) {
    tokens.take();
    const type = readColumnType(tokens);
    const comment = tokens.takeWords('COMMENT') ? { comment: tokens.expectString('the comment') } : {};
    return { clause: 'TYPE', change: (column) => ({ ...column, type, ...comment }) };
  }
  return tokens.fail('expected SET DEFAULT or another clause of ALTER COLUMN');
}

function readSkipped(tokens: SqlTokenReader, clauses: readonly string[]): DefinitionChange | undefined {
  const clause = clauses.find((words) => tokens.comesWords(...words.split(' ')));
  while (clause !== undefined && !tokens.isAtEnd()) {
    tokens.take();
  }
  return clause === undefined ? undefined : define(clause);
}

function readClustering(tokens: SqlTokenReader): DefinitionChange {
  const rest = tokens.takeRest();
  return define('CLUSTER BY', ({ clusterColumns: _dropped, ...table }) => {
    const { partitionColumns = [] } = table;
    if (partitionColumns.length > 0) {
      rest.fail("a table can't have both PARTITIONED BY and CLUSTER BY: omit one");
    }
    const { clusterColumns } = readLayout(rest, { columns: table.columns }, new Set()) ?? {};
    return { ...table, ...(clusterColumns === undefined ? {} : { clusterColumns }) };
  });
}

function readDroppedColumns(tokens: SqlTokenReader): DefinitionChange {
  const isOptional = tokens.takeWords('IF', 'EXISTS');
  const isInParentheses = tokens.takePunctuation('(');
  const names: SqlToken[] = [];
  do {
    names.push(tokens.expectName('a column name'));
  } while (tokens.takePunctuation(','));
  if (isInParentheses) {
    tokens.expectPunctuation(')');
  }
  return define('DROP COLUMN', (table) => {
    const known = (name: SqlToken) =>
      table.columns.some((column) => column.name.toLowerCase() === name.text.toLowerCase());
    const dropped = names.filter((name) => !isOptional || known(name)).map((name) => findMovable(tokens, table, name));
    return { ...table, columns: table.columns.filter((column) => !dropped.includes(column)) };
  });
}

/** Finds a column by which the table is not laid out. */
function findMovable(tokens: SqlTokenReader, table: DeltaTable, name: SqlToken): DeltaColumn {
  const column = findColumn(tokens, table.columns, name);
  const { clusterColumns = [], partitionColumns = [] } = table;
  const paths = clusterColumns === 'auto' ? partitionColumns : [...clusterColumns, ...partitionColumns];
  return paths.some((path) => path.split('.')[0] === column.name)
    ? tokens.fail('the table is laid out by this column: change CREATE TABLE', name)
    : column;
}

function replaceColumn(table: DeltaTable, column: DeltaColumn, replacement: DeltaColumn): DeltaTable {
  return { ...table, columns: table.columns.map((each) => (each === column ? replacement : each)) };
}
