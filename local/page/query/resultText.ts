import type { QueryView } from '../../lib/live/api/queryView.ts';

type Result = Pick<QueryView, 'columns' | 'rows'>;

/** A result as CSV (RFC 4180). NULL is an empty field, and an empty text is quoted. */
export function csvText({ columns, rows }: Result): string {
  const lines = [columns, ...rows].map((values) => values.map(csvField).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** A result as JSON: an object for each row, or arrays if two columns have one name. */
export function jsonText({ columns, rows }: Result): string {
  if (new Set(columns).size < columns.length) {
    return JSON.stringify({ columns, rows }, null, 2);
  }
  const objects = rows.map((values) => Object.fromEntries(columns.map((name, index) => [name, values[index]])));
  return JSON.stringify(objects, null, 2);
}

function csvField(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
