import { type DeltaTable, fullTableName } from './deltaType.ts';
import { readTableName, type SqlSession, tableNameOf } from './readCreateTable.ts';
import { readNameParts } from './readNameParts.ts';
import { readTags } from './readProperties.ts';
import { findColumn } from './readTableClauses.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Tags of one column of a table. */
interface ColumnTags {
  readonly fullName: string;
  readonly column: SqlToken;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Reads `ALTER TABLE … ALTER COLUMN … SET TAGS (…)` or `SET TAG ON COLUMN … key = value`, and sets the tags.
 *
 * @returns the tables; undefined if it is another statement, or of a table that the script does not make
 */
export function readTagStatement(
  tokens: SqlTokenReader,
  session: SqlSession,
  tables: readonly DeltaTable[],
): readonly DeltaTable[] | undefined {
  const read = readAlterColumn(tokens, session) ?? readSetTag(tokens, session);
  const table = tables.find((each) => fullTableName(each).toLowerCase() === read?.fullName.toLowerCase());
  if (read === undefined || table === undefined) {
    return undefined;
  }
  const column = findColumn(tokens, table.columns, read.column);
  const tagged = { ...column, tags: { ...column.tags, ...read.tags } };
  const columns = table.columns.map((each) => (each === column ? tagged : each));
  return tables.map((each) => (each === table ? { ...table, columns } : each));
}

function readAlterColumn(tokens: SqlTokenReader, session: SqlSession): ColumnTags | undefined {
  if (!tokens.takeWords('ALTER', 'TABLE') && !tokens.takeWords('ALTER', 'STREAMING', 'TABLE')) {
    return undefined;
  }
  const fullName = fullTableName(readTableName(tokens, session));
  if (!tokens.takeWords('ALTER', 'COLUMN') && !tokens.takeWords('CHANGE', 'COLUMN')) {
    return undefined;
  }
  const column = tokens.expectName('a column name');
  return tokens.takeWords('SET', 'TAGS') ? { fullName, column, tags: readTags(tokens) } : undefined;
}

function readSetTag(tokens: SqlTokenReader, session: SqlSession): ColumnTags | undefined {
  if (!tokens.takeWords('SET', 'TAG', 'ON', 'COLUMN')) {
    return undefined;
  }
  const parts = readNameParts(tokens, 'a column name', session.variables);
  const column = parts.at(-1) as SqlToken;
  const fullName = fullTableName(tableNameOf(tokens, parts.slice(0, -1), session));
  const key = tokens.next.kind === 'string' ? tokens.expectString('the tag') : tokens.expectName('the tag').text;
  const value = tokens.takePunctuation('=') ? tokens.take().text : '';
  return { fullName, column, tags: { [key]: value } };
}
