import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddAction, DeltaAction } from '../../lib/delta/deltaAction.ts';
import type { DeltaColumn, DeltaTable, DeltaType } from '../../lib/schema/deltaType.ts';
import type { TableStore } from '../../lib/storage/tableStore.ts';

/** The full name of the table. */
export const NAME = 'main.spec.parts';

/** A table with these columns, partitioned by the last ones. */
export function partitionedTable(columns: readonly DeltaColumn[], partitionColumns: readonly string[]): DeltaTable {
  return { catalog: 'main', schema: 'spec', name: 'parts', columns, partitionColumns };
}

/** A nullable column, unless `nullable` is false. */
export function column(name: string, type: DeltaType, nullable = true): DeltaColumn {
  return { name, type, nullable };
}

/** A table of numbers, partitioned by texts. */
export const byText: DeltaTable = partitionedTable(
  [column('n', { kind: 'integer' }), column('p', { kind: 'string' })],
  ['p'],
);

/** Appends the rows, which are in no data file before a flush. */
export async function appendRows(store: TableStore, rows: readonly object[]): Promise<void> {
  await store.append(NAME, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), rows.length);
}

/** The adds of a commit, in their order. */
export async function addsIn(tablePath: string, version: number): Promise<readonly AddAction[]> {
  const text = await readFile(join(tablePath, '_delta_log', `${String(version).padStart(20, '0')}.json`), 'utf8');
  const actions = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DeltaAction);
  return actions.flatMap(({ add }) => (add === undefined ? [] : [add]));
}

/** Paths of the table's data files, relative to its folder. */
export async function parquetFiles(tablePath: string): Promise<readonly string[]> {
  return (await readdir(tablePath, { recursive: true })).filter((name) => /^[^_].*\.parquet$/.test(name));
}
