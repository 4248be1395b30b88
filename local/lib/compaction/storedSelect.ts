import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { storedType } from '../schema/storedType.ts';

/**
 * The query that reads data files exactly as they are stored, in their order. A column or field that a file lacks is
 * NULL. One that the table no longer has is omitted.
 *
 * @param paths paths of the files
 * @param columns the columns to read
 */
export function storedSelect(paths: readonly string[], columns: readonly DeltaColumn[]): string {
  const declared = columns.map(
    ({ name, type }) => `CAST(NULL AS ${duckDbType(storedType(type))}) AS ${quoteIdentifier(name)}`,
  );
  const values = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name);
    return `CAST(${column} AS ${duckDbType(storedType(type))}) AS ${column}`;
  });
  return (
    `SELECT ${values.join(', ')} FROM (SELECT ${declared.join(', ')} WHERE false UNION ALL BY NAME ` +
    `SELECT * FROM read_parquet([${paths.map(quoteLiteral).join(', ')}], hive_partitioning = false, union_by_name = true))`
  );
}
