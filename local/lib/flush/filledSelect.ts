import { quoteIdentifier } from '../duckdb/quoteSql.ts';
import { defaultSql, generatedSql } from '../expressions/columnExpressions.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { presenceName, rowLineSelect } from './rowLineSelect.ts';

/**
 * The query that reads the rows of a write-ahead segment, and fills the columns that records can leave out. For a table
 * without such columns, it is the plain query.
 *
 * @param path the segment
 * @param columns the columns of the table
 * @param largestRowBytes an upper bound for the longest row line
 * @param numbers the first number of each identity column
 */
export function filledSelect(
  path: string,
  columns: readonly DeltaColumn[],
  largestRowBytes: number,
  numbers: ReadonlyMap<string, bigint>,
): string {
  // NULL may be a value of a record only if the column is nullable.
  const ambiguous = columns.filter(({ nullable, default: initial, identity }) => {
    return nullable && (initial !== undefined || identity?.allowExplicitInsert === true);
  });
  const read = columns.filter(({ generated }) => generated === undefined);
  const select = rowLineSelect(
    path,
    read,
    largestRowBytes,
    ambiguous.map(({ name }) => name),
  );
  const hasNumbers = columns.some(({ identity }) => identity !== undefined);
  const hasDefaults = columns.some((column) => column.default !== undefined);
  const filled =
    hasNumbers || hasDefaults
      ? `SELECT ${read.map((column) => filledColumn(column, numbers)).join(', ')} FROM ` +
        (hasNumbers ? `(SELECT *, row_number() OVER () AS "$position" FROM (${select}))` : `(${select})`)
      : select;
  if (read.length === columns.length) {
    return filled;
  }
  const values = columns.map((column) => {
    const name = quoteIdentifier(column.name);
    return column.generated === undefined ? name : `${generatedSql(column, columns)} AS ${name}`;
  });
  return `SELECT ${values.join(', ')} FROM (${filled})`;
}

function filledColumn(column: DeltaColumn, numbers: ReadonlyMap<string, bigint>): string {
  const name = quoteIdentifier(column.name);
  const { default: initial, identity } = column;
  if (initial === undefined && identity === undefined) {
    return name;
  }
  const value =
    identity === undefined ? defaultSql(column) : numberSql(numbers.get(column.name) ?? identity.start, identity.step);
  return column.nullable && identity?.allowExplicitInsert !== false
    ? `CASE WHEN ${presenceName(column.name)} THEN ${name} ELSE ${value} END AS ${name}`
    : `ifnull(${name}, ${value}) AS ${name}`;
}

/** A number that BIGINT can't hold is an error. */
function numberSql(first: bigint, step: bigint): string {
  return `CAST(CAST('${first}' AS HUGEINT) + CAST('${step}' AS HUGEINT) * ("$position" - 1) AS BIGINT)`;
}
