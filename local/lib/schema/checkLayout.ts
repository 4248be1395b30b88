import { TableDefinitionError } from '../errors.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from './deltaType.ts';
import { clusteringProblem, partitioningProblem } from './layoutProblem.ts';

/**
 * Checks the columns that a table is partitioned or clustered by.
 *
 * @returns the table, with these columns spelled as in its list of columns
 * @throws {@link TableDefinitionError} if the table can't be laid out like that
 */
export function checkLayout(table: DeltaTable): DeltaTable {
  const { columns, clusterColumns } = table;
  const partitionColumns = (table.partitionColumns ?? []).map((name) => spelled(table, name, 'PARTITIONED BY'));
  if (partitionColumns.length > 0 && clusterColumns !== undefined) {
    refuse(table, 'a table can have PARTITIONED BY or CLUSTER BY, but not both: remove one of them');
  }
  const problem =
    (partitionColumns.length === 0 ? undefined : partitioningProblem(columns, partitionColumns)) ??
    (clusterColumns === undefined || clusterColumns === 'auto'
      ? undefined
      : clusteringProblem(columns, clusterColumns));
  if (problem !== undefined) {
    refuse(table, problem);
  }
  return partitionColumns.length === 0 ? table : { ...table, partitionColumns };
}

function spelled(table: DeltaTable, name: string, clause: string): string {
  const isColumn = (column: DeltaColumn) => column.name.toLowerCase() === name.toLowerCase();
  return (
    table.columns.find(isColumn)?.name ??
    refuse(table, `${clause} names the column ${name}, which the table does not have: use one of its columns`)
  );
}

function refuse(table: DeltaTable, problem: string): never {
  throw new TableDefinitionError(`${fullTableName(table)}: ${problem}.`);
}
