import type { TableSummary } from '../../../live/api/tableView.ts';
import { fullTableName } from '../../../schema/deltaType.ts';
import type { TableStore } from '../../../storage/tableStore.ts';

/** All tables of a store in short, by their names, with those that can't be served. */
export function tableSummaries(store: TableStore): readonly TableSummary[] {
  const served = store.tables.map((table) => tableSummary(store, fullTableName(table)));
  const broken = store.brokenTables.map(({ fullName, problem }) => brokenSummary(fullName, problem));
  return [...served, ...broken].sort((one, other) => (one.fullName < other.fullName ? -1 : 1));
}

/**
 * A table in short.
 *
 * @param fullName the name of a table that is served
 */
export function tableSummary(store: TableStore, fullName: string): TableSummary {
  const { tableRows, unflushedRows, rejectedRows, version } = store.counters(fullName);
  const { files } = store.snapshot(fullName);
  let bytes = 0;
  for (const { size } of files.values()) {
    bytes += size;
  }
  const problem = store.problem(fullName);
  return {
    fullName,
    rows: tableRows,
    unflushedRows,
    rejectedRows,
    files: files.size,
    bytes,
    version,
    ...(problem === undefined ? {} : { problem: problem.message }),
  };
}

function brokenSummary(fullName: string, problem: Error): TableSummary {
  return {
    fullName,
    rows: 0,
    unflushedRows: 0,
    rejectedRows: 0,
    files: 0,
    bytes: 0,
    version: -1,
    problem: problem.message,
  };
}
