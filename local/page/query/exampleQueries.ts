import type { ColumnView, TableDetail } from '../../lib/live/api/tableView.ts';
import { sqlName, sqlTable } from './sqlNames.ts';

/** A query to begin with. */
export interface ExampleQuery {
  readonly title: string;
  readonly sql: string;
}

/** The newest rows of a table. */
export function firstQuery(fullName: string): string {
  return `SELECT *\nFROM ${sqlTable(fullName)}\nLIMIT 100`;
}

/** Queries that make sense for the columns of a table. */
export function exampleQueries({ fullName, columns }: TableDetail): readonly ExampleQuery[] {
  const table = sqlTable(fullName);
  const examples: ExampleQuery[] = [
    { title: 'Some rows', sql: firstQuery(fullName) },
    { title: 'Count', sql: `SELECT count(*) AS row_count\nFROM ${table}` },
  ];
  const text = nameOf(columns, /^(STRING|VARCHAR|CHAR)\b/);
  const time = nameOf(columns, /^TIMESTAMP/);
  const number = nameOf(columns, /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|FLOAT|REAL|DOUBLE|DECIMAL|NUMERIC)\b/);
  if (text !== undefined) {
    examples.push({
      title: `By ${text.name}`,
      sql: `SELECT ${text.sql}, count(*) AS row_count\nFROM ${table}\nGROUP BY ALL\nORDER BY row_count DESC\nLIMIT 20`,
    });
  }
  if (time !== undefined) {
    const value = number === undefined ? 'count(*) AS row_count' : `avg(${number.sql}) AS average`;
    examples.push({
      title: number === undefined ? 'Rows over time' : `${number.name} over time`,
      sql: `SELECT date_trunc('minute', ${time.sql}) AS minute, ${value}\nFROM ${table}\nGROUP BY ALL\nORDER BY minute`,
    });
  }
  return examples;
}

function nameOf(columns: readonly ColumnView[], type: RegExp): { name: string; sql: string } | undefined {
  const column = columns.find((each) => type.test(each.type));
  return column === undefined ? undefined : { name: column.name, sql: sqlName(column.name) };
}
