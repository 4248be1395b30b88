import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { duckDbType } from '../duckdb/duckDbType.ts';
import { quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaColumn, DeltaType } from '../schema/deltaType.ts';

/**
 * A relation with the texts of the partition values of each data file, as SQL. `"$file"` is the position of the file in
 * `snapshot.files`, and `"$partition0"` and so on are the texts.
 *
 * @param columns the partition columns
 */
export function partitionTexts({ files }: DeltaSnapshot, columns: readonly DeltaColumn[]): string {
  const rows = Array.from(files.values(), ({ partitionValues }, index) => {
    const texts = columns.map(({ name }) => textLiteral(partitionValues[name]));
    return `(${[index, ...texts].join(', ')})`;
  });
  const names = columns.map((_, index) => textName(index));
  const none = `SELECT ${['0', ...columns.map(() => 'CAST(NULL AS VARCHAR)')].join(', ')} WHERE false`;
  return `(${rows.length === 0 ? none : `VALUES ${rows.join(', ')}`}) AS "$partitions"("$file", ${names.join(', ')})`;
}

/** The expression that reads the value of a partition column from its text in the log. */
export function partitionRead(type: DeltaType, index: number): string {
  const text = textName(index);
  return type.kind === 'binary' ? `encode(${text})` : `CAST(${text} AS ${duckDbType(type)})`;
}

/** An empty text is null for any type. So is a value that is missing. */
function textLiteral(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? 'CAST(NULL AS VARCHAR)' : quoteLiteral(text);
}

function textName(index: number): string {
  return `"$partition${index}"`;
}
