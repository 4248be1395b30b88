import type { DeltaColumn } from './deltaType.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** What can follow a key, as words. */
const keyOptions: readonly (readonly string[])[] = [
  ['NOT', 'ENFORCED'],
  ['DEFERRABLE'],
  ['INITIALLY', 'DEFERRED'],
  ['ENABLE', 'NOVALIDATE'],
  ['RELY'],
  ['NORELY'],
  ['MATCH', 'FULL'],
  ['ON', 'UPDATE', 'NO', 'ACTION'],
  ['ON', 'DELETE', 'NO', 'ACTION'],
];

/** A key or constraint of a table. */
export interface TableConstraint {
  /** As SQL. Undefined if it is not kept. */
  readonly sql: string | undefined;
  /** The columns of a primary key, which must not be NULL. */
  readonly required: readonly SqlToken[];
  /** The columns that it names. */
  readonly columns: readonly SqlToken[];
}

/** Reads a key or constraint among the columns of a table. @returns undefined if none comes next */
export function readTableConstraint(tokens: SqlTokenReader): TableConstraint | undefined {
  const isNamed = tokens.comesWords('CONSTRAINT') && !startsType(tokens);
  const name = isNamed ? readConstraintName(tokens) : '';
  const word = tokens.next;
  if (tokens.takeWords('PRIMARY', 'KEY')) {
    const { columns, text } = readKeyColumns(tokens);
    return { sql: `${name}PRIMARY KEY (${text})${readKeyOptions(tokens)}`, required: columns, columns };
  }
  if (tokens.takeWords('FOREIGN', 'KEY')) {
    const { columns, text } = readKeyColumns(tokens);
    return { sql: `${name}FOREIGN KEY (${text})${readReferences(tokens)}`, required: [], columns };
  }
  if (tokens.comesWords('CHECK') && tokens.comesPunctuation('(', 1)) {
    return { sql: readCheck(tokens, name), required: [], columns: [] };
  }
  if (isNamed && tokens.takeWords('EXPECT')) {
    tokens.takeTextUntil(() => false);
    tokens.note('EXPECT is ignored, so rows that do not meet the expectation are stored too', word);
    return { sql: undefined, required: [], columns: [] };
  }
  return isNamed ? tokens.fail('expected PRIMARY KEY, FOREIGN KEY or CHECK') : undefined;
}

/** Reads a key or constraint of a single column. @returns the column with it; undefined if none comes next */
export function readColumnConstraint(
  tokens: SqlTokenReader,
  column: DeltaColumn,
  constraints: string[],
): DeltaColumn | undefined {
  const isNamed = tokens.comesWords('CONSTRAINT');
  const name = isNamed ? readConstraintName(tokens) : '';
  if (tokens.takeWords('PRIMARY', 'KEY')) {
    const timeseries = tokens.takeWords('TIMESERIES') ? ' TIMESERIES' : '';
    constraints.push(`${name}PRIMARY KEY (${column.name}${timeseries})${readKeyOptions(tokens)}`);
    return { ...column, nullable: false };
  }
  if (tokens.takeWords('FOREIGN', 'KEY') || tokens.comesWords('REFERENCES')) {
    constraints.push(`${name}FOREIGN KEY (${column.name})${readReferences(tokens)}`);
    return column;
  }
  if (tokens.comesWords('CHECK')) {
    constraints.push(readCheck(tokens, name));
    return column;
  }
  return isNamed ? tokens.fail('expected PRIMARY KEY, FOREIGN KEY or CHECK') : undefined;
}

/** Whether `constraint` is a column's name, as its type comes next. */
function startsType(tokens: SqlTokenReader): boolean {
  return !['PRIMARY', 'FOREIGN', 'CHECK', 'EXPECT'].some((word) => tokens.comesWordAfter(word, 2));
}

function readConstraintName(tokens: SqlTokenReader): string {
  tokens.expectWords('CONSTRAINT');
  return `CONSTRAINT ${tokens.expectName('the name of the constraint').source} `;
}

function readKeyColumns(tokens: SqlTokenReader): { columns: readonly SqlToken[]; text: string } {
  tokens.expectPunctuation('(');
  const columns: SqlToken[] = [];
  const texts: string[] = [];
  do {
    const column = tokens.expectName('a column name');
    columns.push(column);
    texts.push(`${column.source}${tokens.takeWords('TIMESERIES') ? ' TIMESERIES' : ''}`);
  } while (tokens.takePunctuation(','));
  tokens.expectPunctuation(')');
  return { columns, text: texts.join(', ') };
}

function readReferences(tokens: SqlTokenReader): string {
  tokens.expectWords('REFERENCES');
  const parts: string[] = [];
  do {
    parts.push(tokens.expectName('a table name').source);
  } while (tokens.takePunctuation('.'));
  const columns = tokens.comesPunctuation('(') ? ` (${tokens.takeParentheses()})` : '';
  return ` REFERENCES ${parts.join('.')}${columns}${readKeyOptions(tokens)}`;
}

function readKeyOptions(tokens: SqlTokenReader): string {
  const taken: string[] = [];
  for (;;) {
    const option = keyOptions.find((words) => tokens.takeWords(...words));
    if (option === undefined) {
      return taken.map((text) => ` ${text}`).join('');
    }
    taken.push(option.join(' '));
  }
}

function readCheck(tokens: SqlTokenReader, name: string): string {
  const word = tokens.next;
  tokens.expectWords('CHECK');
  const condition = tokens.takeParentheses();
  const isEnforced = tokens.takeWords('NOT', 'ENFORCED') ? ' NOT ENFORCED' : '';
  if (isEnforced === '') {
    tokens.takeWords('ENFORCED');
    tokens.note('CHECK is kept, but not enforced: rows that break the condition are stored too', word);
  }
  return `${name}CHECK (${condition})${isEnforced}`;
}
