import { isDeepStrictEqual } from 'node:util';
import { RescuingRecordReader } from '../../lib/records/json/rescuingRecordReader.ts';
import type { DeltaColumn, DeltaTable } from '../../lib/schema/deltaType.ts';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { parseCreateTables } from '../../lib/schema/parseCreateTable.ts';
import { rescueColumn } from '../../lib/schema/rescueColumn.ts';
import { readTable } from '../../lib/sql/readTable.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';
import { jsonSpans } from '../support/recordSpansOf.ts';

/** The tables of {@link verifyAltered}. */
export const alteredTables: readonly DeltaTable[] = parseCreateTables(`
  CREATE TABLE verify.delta.altered (n INT, s STRUCT<x: INT>, l ARRAY<STRUCT<x: INT>>);
  CREATE TABLE verify.delta.rescued (n INT, a STRING);
`);

/** Reads all rows of a table with DuckDB and with delta-kernel, and reports if they differ from the expected ones. */
export type ReadAll = (
  what: string,
  fullName: string,
  columns: readonly DeltaColumn[],
  expected: readonly unknown[][],
) => Promise<void>;

/** Alters tables between flushes: columns, nested fields, types that need features, and a rescue column. */
export async function verifyAltered(
  store: TableStore,
  readAll: ReadAll,
  report: (what: string, found: string | undefined) => void,
): Promise<void> {
  const altered = 'verify.delta.altered';
  const append = async (line: string) => {
    await store.append(altered, Buffer.from(`${line}\n`), 1);
    await store.flush(altered);
  };
  const alter = (name: string, clause: string) =>
    store.alter(name, parseAlterTable(`ALTER TABLE ${name} ${clause}`).changes);

  await append('{"n":1,"s":{"x":1},"l":[{"x":1}]}');
  await alter(altered, 'ADD COLUMNS (a VARCHAR(5) FIRST, s.y STRING, l.element.y INT FIRST)');
  await append('{"n":2,"a":"two","s":{"x":2,"y":"y"},"l":[{"x":2,"y":3}]}');
  await alter(altered, 'ADD COLUMN t TIMESTAMP_NTZ');
  await append('{"n":3,"t":0}');
  const columns = store.definition(altered)?.columns ?? [];
  await readAll('altered: columns, nested fields and a feature', altered, columns, [
    [null, '1', { x: '1', y: null }, [{ y: null, x: '1' }], null],
    ['two', '2', { x: '2', y: 'y' }, [{ y: '3', x: '2' }], null],
    [null, '3', null, null, '1970-01-01 00:00:00'],
  ]);

  const rescued = 'verify.delta.rescued';
  await store.append(rescued, Buffer.from('{"n":1,"a":"x"}\n'), 1);
  await store.flush(rescued);
  await alter(rescued, 'ADD COLUMN _rest VARIANT');
  const table = await alter(rescued, "ALTER COLUMN _rest SET TAGS ('zerobus-rescue')");
  const rescue = rescueColumn(table.columns) as DeltaColumn;
  const reader = new RescuingRecordReader(table.columns, rescue);
  const lines = reader.toRowLines(jsonSpans(['{"n":2,"a":2,"b":{"c":[1.50]}}', '{"n":3}']));
  await store.append(rescued, lines, 2);
  await store.flush(rescued);
  const { rows } = await readTable(
    store.tablePath(rescued),
    'SELECT n, a, _rest.a::INT, _rest.b.c[1]::VARCHAR FROM this ORDER BY n',
  );
  const expected = [
    [1, 'x', null, null],
    [2, null, 2, '1.50'],
    [3, null, null, null],
  ];
  report('rescued: what does not fit, by DuckDB', isDeepStrictEqual(rows, expected) ? undefined : JSON.stringify(rows));
}
