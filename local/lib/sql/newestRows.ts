import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import { type RowBounds, readBoundedRows } from './boundedRows.ts';
import type { FilePart } from './rowsBefore.ts';
import { type RowsCursor, writeCursor } from './rowsCursor.ts';
import { tableSelect } from './tableSelect.ts';

/** Only rows in which this column, as text, contains the text in any case. */
export interface RowFilter {
  /** The name of a column of the table. */
  readonly column: string;
  readonly contains: string;
}

/** Some of the newest rows of a table, newest first. */
export interface NewestRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The cursor of the last row. Undefined if there are no older rows. */
  readonly nextCursor: string | undefined;
}

/** How many files are read at once, and about how many rows at first if rows are filtered. */
const MOST_FILES = 500;
const FILTERED_ROWS = 20_000;

/**
 * Reads the newest rows. It begins with the newest files, and reads no more than it needs.
 *
 * @param parts the files, newest first
 */
export async function newestRows(
  duckDb: DuckDb,
  snapshot: DeltaSnapshot,
  { columns }: DeltaTable,
  parts: readonly FilePart[],
  bounds: RowBounds,
  filter: RowFilter | undefined,
): Promise<NewestRows> {
  const names = columns.map(({ name }) => name);
  // The names of columns may be any text.
  const aliases = [...columns.map((_, index) => `c${index}`), 'file', 'number'];
  const rows: (readonly unknown[])[] = [];
  let last: RowsCursor | undefined;
  let isCut = false;
  let bytes = bounds.bytes;
  let start = 0;
  let wanted = filter === undefined ? bounds.rows + 1 : FILTERED_ROWS;
  while (start < parts.length && !isCut) {
    const chunk = chunkOf(parts, start, filter === undefined ? bounds.rows + 1 - rows.length : wanted);
    const select = tableSelect(snapshot, columns, { files: chunk.map(({ file }) => file), hasPlaces: true });
    const left = { rows: bounds.rows - rows.length, bytes };
    const conditions = [...placeConditions(chunk, left.rows, filter), ...filterCondition(columns, filter)];
    const read = await duckDb.stream(
      `SELECT * FROM (${select}) AS page(${aliases.join(', ')})${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} ` +
        `ORDER BY file, number DESC LIMIT ${left.rows + 1}`,
      (result) => readBoundedRows(result, left),
    );
    for (const row of read.rows) {
      rows.push(row.slice(0, -2));
    }
    const [index, number] = (read.rows.at(-1) ?? []).slice(-2).map(Number);
    const part = index === undefined ? undefined : chunk[index];
    if (part !== undefined && number !== undefined) {
      const older = part.older === undefined ? undefined : part.older + number;
      last = {
        tableId: snapshot.metaData.id,
        file: part.file.path,
        number,
        ...(older === undefined ? {} : { older }),
      };
    }
    bytes -= JSON.stringify(read.rows).length;
    isCut = read.isCut;
    start += chunk.length;
    wanted *= 4;
  }
  return { columns: names, rows, nextCursor: isCut && last !== undefined ? writeCursor(last) : undefined };
}

/** The next files that have this many rows together. */
function chunkOf(parts: readonly FilePart[], start: number, wanted: number): readonly FilePart[] {
  let end = start;
  for (let rows = 0; end < parts.length && rows < wanted && end - start < MOST_FILES; end += 1) {
    rows += parts[end]?.rows ?? 0;
  }
  return parts.slice(start, end);
}

/** Leaves out rows after the cursor, and those that are too old to be returned. */
function placeConditions(chunk: readonly FilePart[], rows: number, filter: RowFilter | undefined): readonly string[] {
  const first = chunk[0]?.rows;
  const conditions = first === undefined ? [] : [`(file > 0 OR number < ${first})`];
  const oldestRows = chunk.at(-1)?.rows;
  if (filter === undefined && oldestRows !== undefined && oldestRows > rows) {
    const others = chunk.slice(0, -1).reduce((sum, part) => sum + (part.rows ?? 0), 0);
    conditions.push(`(file < ${chunk.length - 1} OR number >= ${oldestRows - (rows + 1 - Math.min(others, rows))})`);
  }
  return conditions;
}

function filterCondition(columns: DeltaTable['columns'], filter: RowFilter | undefined): readonly string[] {
  const index = columns.findIndex(({ name }) => name === filter?.column);
  if (filter === undefined) {
    return [];
  }
  // DuckDB's client takes a NUL for the end of the statement.
  const text = filter.contains.split('\0').map(quoteLiteral).join(' || chr(0) || ');
  return [`contains(lower(CAST(c${index} AS VARCHAR)), lower(${text}))`];
}
