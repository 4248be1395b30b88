import { quoteIdentifier, quoteLiteral } from '../../../duckdb/quoteSql.ts';
import { shellQuoted } from '../../../files/shellQuoted.ts';
import type { ReaderLine } from '../../../live/api/tableView.ts';
import type { DeltaTable } from '../../../schema/deltaType.ts';

/**
 * How programs read a table.
 *
 * @param path the absolute path of its folder
 */
export function readerLines(
  dataDir: string,
  { catalog, schema, name }: DeltaTable,
  path: string,
): readonly ReaderLine[] {
  // JSON's strings are Python's, too.
  const text = JSON.stringify(path);
  const table = [catalog, schema, name].map(quoteIdentifier).join('.');
  return [
    { reader: 'DuckDB', language: 'sql', code: `SELECT * FROM delta_scan(${quoteLiteral(path)});` },
    {
      reader: 'delta-rs',
      language: 'python',
      code: `from deltalake import DeltaTable\n\nDeltaTable(${text}).to_pandas()`,
    },
    { reader: 'Polars', language: 'python', code: `import polars\n\npolars.scan_delta(${text}).collect()` },
    { reader: 'Spark', language: 'python', code: `spark.read.format("delta").load(${text}).show()` },
    {
      reader: 'zerobus-local',
      language: 'sh',
      code: `npx zerobus-local sql --data ${shellQuoted(dataDir)} ${shellQuoted(`SELECT * FROM ${table}`)}`,
    },
  ];
}
