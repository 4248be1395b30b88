import type { DuckDb } from '../duckdb/duckDb.ts';
import { quoteIdentifier, quoteLiteral } from '../duckdb/quoteSql.ts';
import { DeltaLogError } from '../errors.ts';
import type { DeltaAction } from './deltaAction.ts';
import { parseAction } from './parseAction.ts';

const actionColumns: readonly string[] = ['protocol', 'metaData', 'domainMetadata', 'txn', 'add', 'remove'];

/**
 * Reads the actions of a classic checkpoint.
 *
 * @param paths the checkpoint's files: a single one, or the parts of a multi-part checkpoint
 * @throws {Error} if a file is damaged, or if the checkpoint has no protocol or no metaData
 */
export async function readCheckpoint(paths: readonly string[], duckDb: DuckDb): Promise<readonly DeltaAction[]> {
  const source = `read_parquet([${paths.map(quoteLiteral).join(', ')}], hive_partitioning = false)`;
  const described = await duckDb.run(`DESCRIBE SELECT * FROM ${source}`);
  const present = new Set(described.getRowsJson().map((row) => String(row[0])));
  const columns = actionColumns.filter((column) => present.has(column));
  const selected = columns.map((column) => `to_json(${quoteIdentifier(column)})::VARCHAR`);
  const reader = await duckDb.run(`SELECT ${selected.join(', ')} FROM ${source}`);
  const actions: DeltaAction[] = [];
  for (const row of reader.getRowsJson()) {
    row.forEach((text, index) => {
      if (typeof text === 'string') {
        const action = parseAction({ [columns[index] as string]: JSON.parse(text) });
        if (typeof action === 'string') {
          throw new DeltaLogError(`It is damaged: ${action}.`);
        }
        actions.push(action);
      }
    });
  }
  if (!actions.some(({ protocol }) => protocol) || !actions.some(({ metaData }) => metaData)) {
    throw new DeltaLogError('It has no protocol or no metaData action.');
  }
  return actions;
}
