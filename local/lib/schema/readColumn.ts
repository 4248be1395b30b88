import { collectionDepthProblem } from './collectionDepthProblem.ts';
import type { DeltaColumn, IdentityColumn } from './deltaType.ts';
import { checkColumnName, readColumnType } from './parseColumnType.ts';
import { readColumnConstraint } from './readConstraint.ts';
import { readTags } from './readProperties.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

const MIN_BIGINT = -(2n ** 63n);
const MAX_BIGINT = 2n ** 63n - 1n;

/** What can follow a column's `DEFAULT` expression. `NOT` does unless it is part of `IS NOT NULL` or `NOT x`. */
const optionWords: ReadonlySet<string> = new Set([
  'COMMENT',
  'GENERATED',
  'CONSTRAINT',
  'PRIMARY',
  'FOREIGN',
  'REFERENCES',
  'CHECK',
  'MASK',
  'TAGS',
  'DEFAULT',
]);

/**
 * Reads a column with its options.
 *
 * @param taken the names of the columns before it, in lower case
 * @param constraints collects the keys and constraints of the column, as SQL
 */
export function readColumn(tokens: SqlTokenReader, taken: Set<string>, constraints: string[]): DeltaColumn {
  const name = tokens.expectName('a column name');
  checkColumnName(tokens, name, taken);
  const typeWord = tokens.next;
  const type = readColumnType(tokens);
  const problem = collectionDepthProblem(type);
  if (problem !== undefined) {
    tokens.fail(problem, typeWord);
  }
  let column: DeltaColumn = { name: name.text, type, nullable: true };
  for (;;) {
    const option = tokens.next;
    const next = readOption(tokens, column) ?? readColumnConstraint(tokens, column, constraints);
    if (next === undefined) {
      return column;
    }
    column = next;
    const values = [column.default, column.generated, column.identity].filter((value) => value !== undefined);
    if (values.length > 1) {
      tokens.fail('a column can have one of DEFAULT, GENERATED ALWAYS AS (…) and IDENTITY only', option);
    }
  }
}

/** Reads one option. @returns the column with it; undefined if no option comes next */
function readOption(tokens: SqlTokenReader, column: DeltaColumn): DeltaColumn | undefined {
  const word = tokens.next;
  if (tokens.takeWords('NOT', 'NULL')) {
    return { ...column, nullable: false };
  }
  if (tokens.takeWords('NULL')) {
    return column;
  }
  if (tokens.takeWords('COMMENT')) {
    return { ...column, comment: tokens.expectString('the comment') };
  }
  if (tokens.takeWords('DEFAULT')) {
    return { ...column, default: readDefault(tokens) };
  }
  if (tokens.takeWords('GENERATED')) {
    return readGenerated(tokens, column);
  }
  if (tokens.takeWords('MASK')) {
    tokens.takeTextUntil((token) => token.kind === 'word' && /^USING$/i.test(token.text));
    if (tokens.takeWords('USING', 'COLUMNS')) {
      tokens.takeParentheses();
    }
    tokens.note(`MASK is ignored, so the values of ${column.name} are stored and read as they are`, word);
    return column;
  }
  if (tokens.takeWords('TAGS') || tokens.takeWords('WITH', 'TAGS')) {
    return { ...column, tags: { ...column.tags, ...readTags(tokens) } };
  }
  return undefined;
}

/** Reads an expression up to the next option of the column. */
export function readDefault(tokens: SqlTokenReader): string {
  const isOption = (token: SqlToken, before: SqlToken | undefined) =>
    token.kind === 'word' &&
    before !== undefined &&
    (optionWords.has(token.text.toUpperCase()) ||
      (tokens.comesWords('NOT', 'NULL') && !/^is$/i.test(before.text)) ||
      tokens.comesWords('WITH', 'TAGS'));
  const text = tokens.takeTextUntil(isOption);
  if (text === '') {
    tokens.fail('expected an expression after DEFAULT');
  }
  return text;
}

function readGenerated(tokens: SqlTokenReader, column: DeltaColumn): DeltaColumn {
  const isByDefault = tokens.takeWords('BY', 'DEFAULT');
  if (!isByDefault) {
    tokens.expectWords('ALWAYS');
  }
  tokens.expectWords('AS');
  const word = tokens.next;
  if (tokens.takeWords('IDENTITY')) {
    if (column.type.kind !== 'long') {
      tokens.fail(`column ${column.name}: an IDENTITY column must be a BIGINT`, word);
    }
    return { ...column, identity: readIdentity(tokens, isByDefault) };
  }
  if (isByDefault) {
    tokens.fail('expected IDENTITY');
  }
  const generated = tokens.takeParentheses();
  if (generated === '') {
    tokens.fail('expected an expression in the parentheses', word);
  }
  return { ...column, generated };
}

/** Reads `(START WITH n INCREMENT BY m)`. Both parts, and the parentheses, are optional. */
function readIdentity(tokens: SqlTokenReader, allowExplicitInsert: boolean): IdentityColumn {
  let start = 1n;
  let step = 1n;
  if (tokens.takePunctuation('(')) {
    while (!tokens.takePunctuation(')')) {
      if (tokens.takeWords('START', 'WITH')) {
        start = readBigint(tokens);
      } else if (tokens.takeWords('INCREMENT', 'BY')) {
        const word = tokens.next;
        step = readBigint(tokens);
        if (step === 0n) {
          tokens.fail('the increment of an IDENTITY column must not be 0', word);
        }
      } else {
        tokens.fail("expected START WITH, INCREMENT BY or ')'");
      }
      tokens.takePunctuation(',');
    }
  }
  return { start, step, allowExplicitInsert };
}

function readBigint(tokens: SqlTokenReader): bigint {
  const word = tokens.next;
  const value = tokens.expectBigInteger('a number');
  if (value < MIN_BIGINT || value > MAX_BIGINT) {
    tokens.fail('the number is out of the range of BIGINT', word);
  }
  return value;
}
