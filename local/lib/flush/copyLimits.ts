import type { DeltaColumn } from '../schema/deltaType.ts';
import { countLeaves, holdsManyValues } from './columnShape.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Length of the row lines in one row group, in bytes. Numbers in lists take up to ten times as much in memory. */
const ROW_GROUP_BYTES = 32 * MEBIBYTE;
const MANY_VALUED_ROW_GROUP_BYTES = 16 * MEBIBYTE;

/** DuckDB's default. */
const MOST_ROW_GROUP_ROWS = 122_880;

/** What a column takes in a row group for a row in which it is null, in bytes. */
const NULL_BYTES = 4;

/** Memory for the dictionaries of all string columns, and DuckDB's default for one of them. */
const DICTIONARY_BYTES = 64 * MEBIBYTE;
const MOST_DICTIONARY_PAGE_BYTES = MEBIBYTE;
const LEAST_DICTIONARY_PAGE_BYTES = 16 * KIBIBYTE;

/** Limits that bound the memory DuckDB needs to write a Parquet file. */
export interface CopyLimits {
  /** Rows in a row group. DuckDB keeps a row group in memory until it is written. */
  readonly rowGroupRows: number;
  /** Length of the dictionary of a string column, in bytes. DuckDB reserves memory for it in advance. */
  readonly dictionaryPageBytes: number;
}

/**
 * The limits for writing rows of a table.
 *
 * @param rows how many rows are written
 * @param bytes length of their row lines
 */
export function copyLimits(columns: readonly DeltaColumn[], rows: number, bytes: number): CopyLimits {
  const leaves = countLeaves(columns);
  const rowBytes = Math.max(1, leaves * NULL_BYTES, bytes / rows);
  const groupBytes = holdsManyValues(columns) ? MANY_VALUED_ROW_GROUP_BYTES : ROW_GROUP_BYTES;
  return {
    rowGroupRows: Math.min(MOST_ROW_GROUP_ROWS, Math.max(1, Math.floor(groupBytes / rowBytes))),
    dictionaryPageBytes: Math.min(
      MOST_DICTIONARY_PAGE_BYTES,
      Math.max(LEAST_DICTIONARY_PAGE_BYTES, Math.floor(DICTIONARY_BYTES / leaves)),
    ),
  };
}
