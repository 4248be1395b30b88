import { unlink } from 'node:fs/promises';
import { dataFilePath } from '../delta/dataFilePath.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import type { DataFile } from './copyDataFile.ts';
import { partitionText } from './partitionText.ts';
import { type DataFileSource, writeDataFile } from './writeDataFile.ts';

/** The table that {@link writePartitions} writes to. */
export interface PartitionedTable {
  readonly tablePath: string;
  /** All columns of the table. */
  readonly columns: readonly DeltaColumn[];
  readonly partitionColumns: readonly string[];
}

/** The rows of one attempt, sorted by partition. No column has a `$` in its name. */
const SORTED_ROWS = 'temp."$rows"';

/** One partition of the sorted rows. */
interface Partition {
  readonly values: Readonly<Record<string, string | null>>;
  /** Position of its first row in the sorted rows. */
  readonly start: number;
  readonly rows: number;
}

/**
 * Writes the rows as one data file for each partition, in their order. If writing fails, no file is left.
 *
 * The rows are sorted into a temporary table first, which DuckDB spills if it is large. Each file is then written from
 * a range of that table, so memory and open files do not depend on the number of partitions.
 *
 * @param source its query returns all columns of the table
 */
export async function writePartitions(
  duckDb: DuckDb,
  table: PartitionedTable,
  source: DataFileSource,
): Promise<{ readonly rows: number; readonly files: readonly DataFile[] }> {
  const { tablePath, columns } = table;
  const dataColumns = columns.filter(({ name }) => !table.partitionColumns.includes(name));
  const names = dataColumns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const files: DataFile[] = [];
  try {
    await duckDb.run(`CREATE OR REPLACE TEMP TABLE ${SORTED_ROWS} AS ${sortedSelect(table, source.select)}`);
    for (const { values, start, rows } of await listPartitions(duckDb, table)) {
      const select = `SELECT ${names} FROM ${SORTED_ROWS} WHERE rowid >= ${start} AND rowid < ${start + rows}`;
      const bytes = Math.ceil((source.bytes * rows) / source.rows);
      const part = { select, segment: source.segment, rows, bytes, partitionValues: values };
      files.push(await writeDataFile(duckDb, tablePath, dataColumns, part));
    }
    return { rows: files.reduce((sum, file) => sum + file.rows, 0), files };
  } catch (error) {
    await Promise.allSettled(files.map(({ add }) => unlink(dataFilePath(tablePath, add.path))));
    throw error;
  } finally {
    // After a fatal error there is no such table, nor the instance that had it.
    await duckDb.run(`DROP TABLE IF EXISTS ${SORTED_ROWS}`).catch(() => undefined);
  }
}

/** The rows, sorted by partition, with the texts of the partition values as further columns. */
function sortedSelect({ columns, partitionColumns }: PartitionedTable, select: string): string {
  const texts = partitionColumns.map((name, index) => {
    const column = columns.find((candidate) => candidate.name === name) as DeltaColumn;
    return `${partitionValue(column)} AS ${textName(index)}`;
  });
  const order = [...partitionColumns.map((_, index) => textName(index)), '"$position"'].join(', ');
  return (
    `SELECT * EXCLUDE ("$position", ${partitionColumns.map(quoteIdentifier).join(', ')}) FROM ` +
    `(SELECT *, ${texts.join(', ')}, row_number() OVER () AS "$position" FROM (${select})) ORDER BY ${order}`
  );
}

/** The text of a column's value. An empty text is null in the log, so it does not fit a column that is NOT NULL. */
function partitionValue({ name, type, nullable }: DeltaColumn): string {
  const text = partitionText(type, quoteIdentifier(name));
  const problem = `${name} is NOT NULL, and as a partition value an empty text is NULL.`;
  return nullable ? text : `ifnull(${text}, error(${quoteLiteral(problem)}))`;
}

async function listPartitions(duckDb: DuckDb, { partitionColumns }: PartitionedTable): Promise<readonly Partition[]> {
  const texts = partitionColumns.map((_, index) => textName(index)).join(', ');
  const reader = await duckDb.run(
    `SELECT min(rowid), count(*), ${texts} FROM ${SORTED_ROWS} GROUP BY ${texts} ORDER BY 1`,
  );
  return reader.getRowsJson().map(([start, rows, ...values]) => ({
    start: Number(start),
    rows: Number(rows),
    values: Object.fromEntries(partitionColumns.map((name, index) => [name, (values[index] ?? null) as string | null])),
  }));
}

function textName(index: number): string {
  return `"$partition${index}"`;
}
