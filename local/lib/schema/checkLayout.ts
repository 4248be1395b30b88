import { TableDefinitionError } from '../errors.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from './deltaType.ts';
import { partitionTypeProblem } from './partitionTypeProblem.ts';

/**
 * Checks the columns that a table is partitioned or clustered by.
 *
 * @returns the table, with these columns spelled as in its list of columns
 * @throws {@link TableDefinitionError} if the table can't be laid out like that
 */
export function checkLayout(table: DeltaTable): DeltaTable {
  const { partitionColumns = [], clusterColumns = [] } = table;
  const partitions = findColumns(table, partitionColumns, 'PARTITIONED BY');
  if (partitions.length > 0 && partitions.length === table.columns.length) {
    refuse(table, 'PARTITIONED BY has all columns, and a data file needs at least one. Leave one out.');
  }
  if (clusterColumns === 'auto') {
    return partitions.length > 0 ? refuseBoth(table) : table;
  }
  const clusters = findColumns(table, clusterColumns, 'CLUSTER BY');
  if (partitions.length > 0 && clusters.length > 0) {
    refuseBoth(table);
  }
  return {
    ...table,
    ...(partitions.length === 0 ? {} : { partitionColumns: partitions.map(({ name }) => name) }),
    ...(clusters.length === 0 ? {} : { clusterColumns: clusters.map(({ name }) => name) }),
  };
}

function findColumns(table: DeltaTable, names: readonly string[], clause: string): readonly DeltaColumn[] {
  const found = new Set<DeltaColumn>();
  for (const name of names) {
    const column = table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (column === undefined) {
      refuse(table, `${clause} names the column ${name}, which the table does not have. Use one of its columns.`);
    }
    if (found.has(column)) {
      refuse(table, `${clause} names the column ${name} twice. Name it once.`);
    }
    const problem = partitionTypeProblem(column.type);
    if (problem !== undefined) {
      refuse(table, `${clause} can't have the column ${name}: ${problem}. Use another column.`);
    }
    found.add(column);
  }
  return [...found];
}

function refuseBoth(table: DeltaTable): never {
  return refuse(table, 'A table can have PARTITIONED BY or CLUSTER BY, but not both. Remove one of them.');
}

function refuse(table: DeltaTable, problem: string): never {
  throw new TableDefinitionError(`${fullTableName(table)}: ${problem}`);
}
