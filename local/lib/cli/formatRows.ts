import type { QueryResult } from '../sql/queryResult.ts';
import { jsonText } from './exactNumber.ts';

/** The formats in which the rows of a query can be printed. */
export const rowFormats = ['table', 'json', 'csv'] as const;

/** One of {@link rowFormats}. */
export type RowFormat = (typeof rowFormats)[number];

/** Formats rows for people (`table`), or for programs: a JSON array of objects, or CSV as in RFC 4180. */
export function formatRows(result: QueryResult, format: RowFormat): string {
  switch (format) {
    case 'json':
      return formatJson(result);
    case 'csv':
      return formatCsv(result);
    default:
      return formatTable(result);
  }
}

function formatJson({ columns, rows }: QueryResult): string {
  const lines = rows.map((row) => jsonText(Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`;
}

function formatCsv({ columns, rows }: QueryResult): string {
  return [columns, ...rows].map((row) => `${row.map((value) => csvField(cellText(value, ''))).join(',')}\r\n`).join('');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function formatTable({ columns, rows }: QueryResult): string {
  const cells = [columns, ...rows.map((row) => row.map((value) => cellText(value, 'NULL').replaceAll(/\s/g, ' ')))];
  const widths = columns.map((_, index) => cells.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), 0));
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [head, ...body] = cells.map(line);
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return `${[head, rule, ...body, count].join('\n')}\n`;
}

function cellText(value: unknown, nullText: string): string {
  if (value === null || value === undefined) {
    return nullText;
  }
  return typeof value === 'object' ? jsonText(value) : String(value);
}
