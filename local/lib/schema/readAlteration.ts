import { TableDefinitionError } from '../errors.ts';
import { alterColumns } from './alterColumns.ts';
import type { ColumnChange, DefinitionChange } from './columnChange.ts';
import { type DeltaTable, fullTableName } from './deltaType.ts';
import { readChanges, readTag } from './parseAlterTable.ts';
import { readTableName, type SqlSession, tableNameOf } from './readCreateTable.ts';
import { readColumnComment, readTableComment } from './readDefinitionChange.ts';
import { readNameParts } from './readNameParts.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Changes of a table. */
interface Alteration {
  readonly fullName: string;
  /** Undefined if the table is not one of the script's. */
  readonly changes: readonly (ColumnChange | DefinitionChange)[] | undefined;
}

/** How a statement begins that may change a table in a way that {@link readAlteration} knows. */
const beginnings: readonly string[] = ['ALTER TABLE', 'SET TAG', 'COMMENT ON', 'DROP TABLE'];

/** Whether a statement may change a table in a way that {@link readAlteration} knows. */
export function mayAlter(statement: readonly SqlToken[]): boolean {
  const words = statement.map(({ text }) => text.toUpperCase());
  return beginnings.includes(words.slice(0, 2).join(' ')) && !words.includes('OWNER');
}

/**
 * Reads `ALTER TABLE`, `SET TAG ON COLUMN`, `COMMENT ON` or `DROP TABLE`, and changes the tables. What has no effect is
 * noted.
 *
 * @returns the tables; undefined if it is another statement, or of a table that the script does not make
 */
export function readAlteration(
  tokens: SqlTokenReader,
  session: SqlSession,
  tables: readonly DeltaTable[],
): readonly DeltaTable[] | undefined {
  const start = tokens.next;
  if (tokens.takeWords('DROP', 'TABLE')) {
    tokens.takeWords('IF', 'EXISTS');
    const dropped = findTable(tables, readFullName(tokens, session));
    return dropped && tables.filter((table) => table !== dropped);
  }
  const alteration =
    readAlterTable(tokens, session, tables) ?? readSetTag(tokens, session) ?? readComment(tokens, session);
  const table = alteration === undefined ? undefined : findTable(tables, alteration.fullName);
  if (alteration?.changes === undefined || table === undefined) {
    return undefined;
  }
  if (!tokens.isAtEnd()) {
    tokens.fail('expected the end of the statement');
  }
  let altered = table;
  for (const change of alteration.changes) {
    if (change.kind !== 'define') {
      altered = { ...altered, columns: alterAt(start, altered, change) };
    } else if (change.change === undefined) {
      tokens.note(`ALTER TABLE … ${change.clause} is skipped`, start);
    } else {
      altered = change.change(altered);
    }
  }
  return tables.map((each) => (each === table ? altered : each));
}

function alterAt({ line, column }: SqlToken, table: DeltaTable, change: ColumnChange): DeltaTable['columns'] {
  try {
    return alterColumns(table.columns, [change]);
  } catch (cause) {
    throw new TableDefinitionError(`Line ${line}, column ${column}: ${(cause as Error).message}`, { cause });
  }
}

function findTable(tables: readonly DeltaTable[], fullName: string): DeltaTable | undefined {
  return tables.find((table) => fullTableName(table).toLowerCase() === fullName.toLowerCase());
}

/** Reads the name of a table. It is empty if the script can't have made such a table, as of ``delta.`/path` ``. */
function readFullName(tokens: SqlTokenReader, session: SqlSession): string {
  return fullNameOf(tokens, readNameParts(tokens, 'a table name', session.variables), session);
}

function fullNameOf(tokens: SqlTokenReader, parts: readonly SqlToken[], session: SqlSession): string {
  try {
    return fullTableName(tableNameOf(tokens, parts, session));
  } catch {
    return '';
  }
}

function readAlterTable(
  tokens: SqlTokenReader,
  session: SqlSession,
  tables: readonly DeltaTable[],
): Alteration | undefined {
  if (!tokens.takeWords('ALTER', 'TABLE')) {
    return undefined;
  }
  const fullName = readFullName(tokens, session);
  if (findTable(tables, fullName) === undefined) {
    return { fullName, changes: undefined };
  }
  if (tokens.takeWords('RENAME', 'TO')) {
    const name = readTableName(tokens, session);
    return { fullName, changes: [{ kind: 'define', clause: 'RENAME TO', change: (table) => ({ ...table, ...name }) }] };
  }
  return { fullName, changes: readChanges(tokens) };
}

function readSetTag(tokens: SqlTokenReader, session: SqlSession): Alteration | undefined {
  if (!tokens.takeWords('SET', 'TAG', 'ON', 'COLUMN')) {
    return undefined;
  }
  const { fullName, column } = readColumnName(tokens, session);
  return { fullName, changes: [readTag(tokens, column.text)] };
}

/** Reads `COMMENT ON { TABLE | COLUMN } name IS '…'`. */
function readComment(tokens: SqlTokenReader, session: SqlSession): Alteration | undefined {
  if (tokens.takeWords('COMMENT', 'ON', 'TABLE')) {
    const fullName = readFullName(tokens, session);
    return { fullName, changes: [readTableComment(tokens)] };
  }
  if (!tokens.takeWords('COMMENT', 'ON', 'COLUMN')) {
    return undefined;
  }
  const { fullName, column } = readColumnName(tokens, session);
  return { fullName, changes: [readColumnComment(tokens, column)] };
}

function readColumnName(tokens: SqlTokenReader, session: SqlSession): { fullName: string; column: SqlToken } {
  const parts = readNameParts(tokens, 'a column name', session.variables);
  const fullName = fullNameOf(tokens, parts.slice(0, -1), session);
  return { fullName, column: parts.at(-1) as SqlToken };
}
