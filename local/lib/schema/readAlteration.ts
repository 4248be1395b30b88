import { TableDefinitionError } from '../errors.ts';
import { alterColumns } from './alterColumns.ts';
import type { ColumnChange } from './columnChange.ts';
import { type DeltaTable, fullTableName } from './deltaType.ts';
import { readChanges, readTag } from './parseAlterTable.ts';
import { readTableName, type SqlSession, tableNameOf } from './readCreateTable.ts';
import { readNameParts } from './readNameParts.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Changes of the columns of a table. */
interface Alteration {
  readonly fullName: string;
  readonly changes: readonly ColumnChange[];
}

/** Whether a statement may change columns in a way that {@link readAlteration} knows. */
export function mayAlter(statement: readonly SqlToken[]): boolean {
  const words = statement.map(({ text }) => text.toUpperCase());
  return words[0] === 'ALTER'
    ? words[1] === 'TABLE' && (words.includes('TAGS') || words.includes('ADD'))
    : words[0] === 'SET' && words[1] === 'TAG';
}

/**
 * Reads `ALTER TABLE … ADD COLUMNS (…)`, `ALTER TABLE … ALTER COLUMN … SET TAGS (…)` or `SET TAG ON COLUMN … key =
 * value`, and changes the table's columns.
 *
 * @returns the tables; undefined if it is another statement, or of a table that the script does not make
 */
export function readAlteration(
  tokens: SqlTokenReader,
  session: SqlSession,
  tables: readonly DeltaTable[],
): readonly DeltaTable[] | undefined {
  const start = tokens.next;
  const alteration = readAlterTable(tokens, session, tables) ?? readSetTag(tokens, session);
  const table = alteration === undefined ? undefined : findTable(tables, alteration.fullName);
  if (alteration === undefined || table === undefined) {
    return undefined;
  }
  if (!tokens.isAtEnd()) {
    tokens.fail('expected the end of the statement');
  }
  try {
    const columns = alterColumns(table.columns, alteration.changes);
    return tables.map((each) => (each === table ? { ...table, columns } : each));
  } catch (cause) {
    const { line, column } = start;
    throw new TableDefinitionError(`Line ${line}, column ${column}: ${(cause as Error).message}`, { cause });
  }
}

function findTable(tables: readonly DeltaTable[], fullName: string): DeltaTable | undefined {
  return tables.find((table) => fullTableName(table).toLowerCase() === fullName.toLowerCase());
}

function readAlterTable(
  tokens: SqlTokenReader,
  session: SqlSession,
  tables: readonly DeltaTable[],
): Alteration | undefined {
  if (!tokens.takeWords('ALTER', 'TABLE')) {
    return undefined;
  }
  const fullName = fullTableName(readTableName(tokens, session));
  const changes = findTable(tables, fullName) === undefined ? undefined : readChanges(tokens);
  return changes && { fullName, changes };
}

function readSetTag(tokens: SqlTokenReader, session: SqlSession): Alteration | undefined {
  if (!tokens.takeWords('SET', 'TAG', 'ON', 'COLUMN')) {
    return undefined;
  }
  const parts = readNameParts(tokens, 'a column name', session.variables);
  const column = parts.at(-1) as SqlToken;
  const fullName = fullTableName(tableNameOf(tokens, parts.slice(0, -1), session));
  return { fullName, changes: [readTag(tokens, column.text)] };
}
