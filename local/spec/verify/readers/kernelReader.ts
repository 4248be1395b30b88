import type { DeltaColumn } from '../../../lib/schema/deltaType.ts';
import type { Chdb } from '../installChdb.ts';
import { clickHouseExpression } from '../kernelForm.ts';
import type { Reader, ReadOutcome, TableToRead } from './reader.ts';

const settings = [
  'allow_experimental_delta_kernel_rs = 1',
  "session_timezone = 'UTC'",
  'output_format_json_quote_64bit_integers = 1',
  'output_format_json_quote_decimals = 1',
  'output_format_decimal_trailing_zeros = 1',
  'output_format_json_quote_denormals = 1',
  'output_format_json_named_tuples_as_objects = 1',
].join(', ');

/** Reads rows through delta-kernel-rs. @returns the values in the order of the columns */
export function kernelRows(
  chdb: Chdb,
  tablePath: string,
  columns: readonly DeltaColumn[],
  condition: string,
): readonly (readonly unknown[])[] {
  const selected = columns.map((column) => clickHouseExpression(column.name, column.type)).join(', ');
  const output = chdb.query(
    `SELECT ${selected} FROM deltaLakeLocal('${tablePath}') WHERE ${condition} ORDER BY n SETTINGS ${settings}`,
    'JSONCompactEachRow',
  );
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** ClickHouse in this process, which reads Delta tables through delta-kernel-rs. */
export function kernelReader(chdb: Chdb, version: string): Reader {
  const readOne = ({ path, columns }: TableToRead): ReadOutcome => {
    try {
      const rows = kernelRows(chdb, path, columns, '1 = 1');
      return { rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  };
  return { name: 'delta-kernel', version: `chdb ${version}`, read: (tables) => tables.map(readOne) };
}
