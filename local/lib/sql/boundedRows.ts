import type { DuckDBResult } from '@duckdb/node-api';
import { QueryError } from '../errors.ts';
import { jsonConverter, type NumberMakers } from './readRows.ts';

/** How much of a result is read. */
export interface RowBounds {
  /** The most rows. */
  readonly rows: number;
  /** The most bytes of the rows as JSON text, about. The first row is read even if it has more. */
  readonly bytes: number;
}

/** The bounds of a result that is read whole. */
export const unbounded: RowBounds = { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** The most bytes of a row as JSON text. A row of a table may have escapes, which are longer than its record. */
const MOST_ROW_BYTES = 64 * 1024 * 1024;

/** The beginning of a result. */
export interface BoundedRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether the result has more rows than these. */
  readonly isCut: boolean;
}

/**
 * Reads the first rows of a result as they are computed, so that memory holds no more than these.
 *
 * @throws {@link QueryError} if a row alone is too large
 */
export async function readBoundedRows(
  result: DuckDBResult,
  bounds: RowBounds,
  makers: NumberMakers = {},
): Promise<BoundedRows> {
  const columns = result.deduplicatedColumnNames();
  const rows: (readonly unknown[])[] = [];
  let bytes = 0;
  for await (const chunk of result.yieldConvertedRows<unknown>(jsonConverter(makers))) {
    for (const row of chunk) {
      bytes += bounds === unbounded ? 0 : lengthOf(row);
      if (rows.length === bounds.rows || (bytes > bounds.bytes && rows.length > 0)) {
        return { columns, rows, isCut: true };
      }
      rows.push(row);
    }
  }
  return { columns, rows, isCut: false };
}

function lengthOf(row: readonly unknown[]): number {
  const length = textLength(row);
  if (length > MOST_ROW_BYTES) {
    throw new QueryError(`A row of the result has more than ${MOST_ROW_BYTES} bytes. Select less of it.`);
  }
  return length;
}

function textLength(row: readonly unknown[]): number {
  try {
    return JSON.stringify(row).length;
  } catch {
    // No string is that long.
    return Number.POSITIVE_INFINITY;
  }
}
