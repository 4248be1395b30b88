import type { Column } from '../schema/deltaType.ts';
import { countLeaves, holdsManyValues } from './columnShape.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Row lines of one row group, in bytes: numbers in lists take up to ten times of it in memory. */
const rowGroupBytes = 32 * mebibyte;
const manyValuedRowGroupBytes = 16 * mebibyte;

/** DuckDB's own default. */
const mostRowGroupRows = 122_880;

/** What a column takes of a row group for a row in which it is null, in bytes. */
const nullBytes = 4;

/** Memory for the dictionaries of all string columns, and DuckDB's own default for one of them. */
const dictionaryBytes = 64 * mebibyte;
const mostDictionaryPageBytes = mebibyte;
const leastDictionaryPageBytes = 16 * kibibyte;

/** How DuckDB is to write a Parquet file so that the memory for it stays bounded. */
export interface CopyLimits {
  /** Rows of a row group, which is kept in memory until it is written. */
  readonly rowGroupRows: number;
  /** Length of the dictionary of a column of strings, for which memory is reserved in advance. */
  readonly dictionaryPageBytes: number;
}

/**
 * The limits for rows of a table.
 *
 * @param rows how many are written
 * @param bytes length of their row lines
 */
export function copyLimits(columns: readonly Column[], rows: number, bytes: number): CopyLimits {
  const leaves = countLeaves(columns);
  const rowBytes = Math.max(1, leaves * nullBytes, bytes / rows);
  const groupBytes = holdsManyValues(columns) ? manyValuedRowGroupBytes : rowGroupBytes;
  return {
    rowGroupRows: Math.min(mostRowGroupRows, Math.max(1, Math.floor(groupBytes / rowBytes))),
    dictionaryPageBytes: Math.min(
      mostDictionaryPageBytes,
      Math.max(leastDictionaryPageBytes, Math.floor(dictionaryBytes / leaves)),
    ),
  };
}
