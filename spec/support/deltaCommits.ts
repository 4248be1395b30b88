import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * The values of an integer column in the order of their commits: commit by commit, file by file, row by row. It reads
 * the `_delta_log` itself. Rows must not have been deleted from the table.
 */
export async function valuesInCommitOrder(tablePath: string, column: string): Promise<number[]> {
  const logPath = join(tablePath, '_delta_log');
  const commits = (await readdir(logPath)).filter((name) => /^\d{20}\.json$/.test(name)).sort();
  const files: string[] = [];
  for (const commit of commits) {
    const actions = (await readFile(join(logPath, commit), 'utf8')).trimEnd().split('\n');
    for (const action of actions) {
      const { add } = JSON.parse(action) as { add?: { path: string } };
      if (add !== undefined) {
        files.push(join(tablePath, decodeURIComponent(add.path)));
      }
    }
  }
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const values: number[] = [];
  for (const file of files) {
    const reader = await connection.runAndReadAll(
      `SELECT "${column}" FROM read_parquet($file, file_row_number = true) ORDER BY file_row_number`,
      { file },
    );
    for (const value of reader.getColumns()[0] ?? []) {
      values.push(Number(value));
    }
  }
  connection.closeSync();
  instance.closeSync();
  return values;
}
