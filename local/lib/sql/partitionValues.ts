import type { AddAction } from '../delta/deltaAction.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';

/**
 * A relation with the texts of the partition values of each data file, as SQL. `$file` is the position of the file in
 * `files`, and `$partition0` and so on are the texts.
 *
 * @param prefix begins these names, instead of `$`
 * @param columns the partition columns
 */
export function partitionTexts(files: readonly AddAction[], columns: readonly DeltaColumn[], prefix: string): string {
  const rows = files.map(({ partitionValues }) =>
    // An empty text is null for any type. So is a value that is missing.
    columns.map(({ name }) => partitionValues[name] || null),
  );
  const texts = columns.map((_, index) => `list_extract(texts, ${index + 1}) AS ${partitionName(index, prefix)}`);
  // DuckDB parses one long literal much faster than a list of many rows.
  const list = `from_json(${quoteLiteral(JSON.stringify(rows))}, '[["VARCHAR"]]')`;
  return (
    `(SELECT ${quoteIdentifier(`${prefix}file`)}, ${texts.join(', ')} FROM ` +
    `(SELECT generate_subscripts(list, 1) - 1 AS ${quoteIdentifier(`${prefix}file`)}, unnest(list) AS texts FROM (SELECT ${list} AS list)))`
  );
}

/** The expression that reads the value of the partition column at this position. */
export function partitionRead(type: DeltaType, index: number, prefix: string): string {
  const text = partitionName(index, prefix);
  return type.kind === 'binary' ? `encode(${text})` : `CAST(${text} AS ${duckDbType(type)})`;
}

function partitionName(index: number, prefix: string): string {
  return quoteIdentifier(`${prefix}partition${index}`);
}
