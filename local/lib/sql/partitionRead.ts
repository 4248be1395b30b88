import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';

/**
 * The expression that reads a partition column, whose values are only in the log.
 *
 * @param fileIndex the expression for the position of the row's file in `snapshot.files`
 */
export function partitionRead({ files }: DeltaSnapshot, { name, type }: DeltaColumn, fileIndex: string): string {
  // An empty text is null for any type. So is a value that is missing.
  const texts = Array.from(files.values(), ({ partitionValues }) => partitionValues[name] || null);
  // DuckDB parses one long literal much faster than a list of many.
  const list = `from_json(${quoteLiteral(JSON.stringify(texts))}, '["VARCHAR"]')`;
  const text = `list_extract(${list}, ${fileIndex} + 1)`;
  return type.kind === 'binary' ? `encode(${text})` : `CAST(${text} AS ${duckDbType(type)})`;
}
