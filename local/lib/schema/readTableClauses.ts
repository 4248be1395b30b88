import type { DeltaColumn, DeltaTable } from './deltaType.ts';
import { fateOfProperty } from './keptProperties.ts';
import { clusteringProblem, partitioningProblem } from './layoutProblem.ts';
import { readCollationName } from './parseColumnType.ts';
import { readColumn } from './readColumn.ts';
import { readProperties } from './readProperties.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** What the clauses after the columns say. */
export type TableClauses = Omit<DeltaTable, 'catalog' | 'schema' | 'name' | 'constraints'>;

/** Clauses that can't be supported, with what to do instead. */
const refusals: readonly (readonly [words: readonly string[], advice: string])[] = [
  [['AS'], 'AS SELECT is not supported, since no query is run: list the columns with their types'],
  [['LIKE'], 'LIKE is not supported: list the columns with their types'],
  [['SHALLOW', 'CLONE'], 'SHALLOW CLONE is not supported: list the columns with their types'],
  [['DEEP', 'CLONE'], 'DEEP CLONE is not supported: list the columns with their types'],
  [['CLONE'], 'CLONE is not supported: list the columns with their types'],
  [['CLUSTERED', 'BY'], 'CLUSTERED BY is not supported, as Delta tables have no buckets: use CLUSTER BY'],
  [['STORED'], 'STORED AS is not supported, as all tables are Delta tables: omit it'],
  [['ROW', 'FORMAT'], 'ROW FORMAT is not supported, as all tables are Delta tables: omit it'],
];

/** Why what comes next can't make a table: another one, or a query. Undefined if neither comes next. */
export function sourceProblem(tokens: SqlTokenReader): string | undefined {
  return refusals.find(([words]) => tokens.comesWords(...words))?.[1];
}

/**
 * Reads the clauses after the columns.
 *
 * @param given the columns
 * @param taken their names, in lower case
 * @returns the columns, with those that PARTITIONED BY adds, and what else the clauses say
 */
export function readTableClauses(
  tokens: SqlTokenReader,
  given: readonly DeltaColumn[],
  taken: Set<string>,
): TableClauses {
  let clauses: TableClauses = { columns: given };
  let layout: string | undefined;
  while (!tokens.isAtEnd()) {
    const word = tokens.next;
    const read = readLayout(tokens, clauses, taken);
    if (read !== undefined) {
      if (layout !== undefined) {
        tokens.fail(`a table can't have both ${layout} and ${layoutName(word)}: omit one`, word);
      }
      layout = layoutName(word);
      clauses = read;
    } else {
      clauses = readClause(tokens, clauses);
    }
  }
  return clauses;
}

function layoutName(word: SqlToken): string {
  return `${word.text.toUpperCase()} BY`;
}

/** Reads PARTITIONED BY or CLUSTER BY. Undefined if neither comes next. */
export function readLayout(
  tokens: SqlTokenReader,
  clauses: TableClauses,
  taken: Set<string>,
): TableClauses | undefined {
  if (tokens.takeWords('PARTITIONED', 'BY')) {
    return readPartitions(tokens, clauses, taken);
  }
  if (!tokens.takeWords('CLUSTER', 'BY')) {
    return undefined;
  }
  if (tokens.takeWords('AUTO')) {
    return { ...clauses, clusterColumns: 'auto' };
  }
  if (tokens.takeWords('NONE')) {
    return clauses;
  }
  const start = tokens.next;
  const names = readColumnPaths(tokens, clauses.columns);
  const problem = clusteringProblem(clauses.columns, names);
  return problem === undefined ? { ...clauses, clusterColumns: names } : tokens.fail(problem, start);
}

/** Reads `(column, …)`, or `(column TYPE, …)`, which adds the columns to the table. */
function readPartitions(tokens: SqlTokenReader, clauses: TableClauses, taken: Set<string>): TableClauses {
  const start = tokens.next;
  tokens.expectPunctuation('(');
  const columns = [...clauses.columns];
  const partitionColumns: string[] = [];
  do {
    if (tokens.comesPunctuation(',', 1) || tokens.comesPunctuation(')', 1)) {
      partitionColumns.push(findColumn(tokens, columns, tokens.expectName('a column name')).name);
    } else if (tokens.comesPunctuation('(', 1)) {
      tokens.fail('PARTITIONED BY takes columns, not expressions: add a GENERATED column and partition by it');
    } else {
      const column = readColumn(tokens, taken, []);
      columns.push(column);
      partitionColumns.push(column.name);
    }
  } while (tokens.takePunctuation(','));
  tokens.expectPunctuation(')');
  const problem = partitioningProblem(columns, partitionColumns);
  return problem === undefined ? { ...clauses, columns, partitionColumns } : tokens.fail(problem, start);
}

/** Reads `(column, struct.field, …)`. */
function readColumnPaths(tokens: SqlTokenReader, columns: readonly DeltaColumn[]): readonly string[] {
  tokens.expectPunctuation('(');
  const paths: string[] = [];
  while (!tokens.takePunctuation(')')) {
    let column = findColumn(tokens, columns, tokens.expectName('a column name'));
    let path = column.name;
    while (tokens.takePunctuation('.')) {
      const fields = column.type.kind === 'struct' ? column.type.fields : [];
      column = findColumn(tokens, fields, tokens.expectName('a field name'));
      path += `.${column.name}`;
    }
    paths.push(path);
    if (!tokens.takePunctuation(',') && !tokens.comesPunctuation(')')) {
      tokens.fail("expected ',' or ')'");
    }
  }
  return paths;
}

/** Finds a column by its name in any case. */
export function findColumn(tokens: SqlTokenReader, columns: readonly DeltaColumn[], name: SqlToken): DeltaColumn {
  const key = name.text.toLowerCase();
  return (
    columns.find((column) => column.name.toLowerCase() === key) ??
    tokens.fail(`there is no such column; there are ${columns.map((column) => column.name).join(', ')}`, name)
  );
}

/** Reads one of the clauses that do not say how the files are laid out. */
function readClause(tokens: SqlTokenReader, clauses: TableClauses): TableClauses {
  const word = tokens.next;
  const problem = sourceProblem(tokens);
  if (problem !== undefined) {
    tokens.fail(problem);
  }
  if (tokens.takeWords('USING')) {
    if (!tokens.takeWords('DELTA')) {
      tokens.fail(
        'expected DELTA after USING, since Zerobus writes to Delta tables only: write USING DELTA, or omit USING',
      );
    }
  } else if (tokens.takeWords('COMMENT')) {
    return { ...clauses, comment: tokens.expectString('the comment') };
  } else if (tokens.takeWords('TBLPROPERTIES')) {
    return { ...clauses, properties: { ...clauses.properties, ...readKeptProperties(tokens) } };
  } else if (tokens.takeWords('LOCATION')) {
    tokens.expectString('the location');
    if (tokens.takeWords('WITH')) {
      tokens.takeParentheses();
    }
    tokens.note('LOCATION is ignored, as the table is in the data directory', word);
  } else if (tokens.takeWords('OPTIONS')) {
    tokens.takeParentheses();
    tokens.note('OPTIONS is ignored, as the table is a Delta table', word);
  } else if (tokens.takeWords('DEFAULT', 'COLLATION')) {
    readCollationName(tokens, 'DEFAULT COLLATION', word);
  } else if (tokens.takeWords('WITH', 'ROW', 'FILTER') || tokens.takeWords('ROW', 'FILTER')) {
    tokens.takeTextUntil((token) => token.kind === 'word' && /^ON$/i.test(token.text));
    tokens.expectWords('ON');
    tokens.takeParentheses();
    tokens.note('ROW FILTER is ignored, so all rows are read', word);
  } else if (tokens.takeWords('WITH', 'TAGS') || tokens.takeWords('TAGS')) {
    tokens.takeParentheses();
    tokens.note('TAGS of a table are ignored', word);
  } else {
    tokens.fail(
      'expected USING DELTA, PARTITIONED BY, CLUSTER BY, COMMENT, TBLPROPERTIES, LOCATION, or the end of the statement',
    );
  }
  return clauses;
}

/** Reads properties, and notes those that the table can't have. */
export function readKeptProperties(tokens: SqlTokenReader): Readonly<Record<string, string>> {
  const kept = readProperties(tokens).filter(({ key, value, token }) => {
    const fate = fateOfProperty(key, value);
    if (fate === 'refused') {
      tokens.note(
        `the property ${key} = ${value} is ignored, as zerobus-local lacks the feature that it turns on`,
        token,
      );
    }
    return fate === 'kept';
  });
  return Object.fromEntries(kept.map(({ key, value }) => [key, value]));
}
