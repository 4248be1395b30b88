import { DuckDb } from '../../../lib/duckdb/duckDb.ts';
import { TableDefinitionError } from '../../../lib/errors.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { checkFilledColumns } from '../../../lib/storage/checkFilledColumns.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const duckDb = new DuckDb();
const table = parseCreateTable(
  'CREATE TABLE a.b.c (i INT, l BIGINT, d DOUBLE, c DECIMAL(10,2), s STRING, b BOOLEAN, e DATE, t TIMESTAMP, y BINARY)',
);
const [column] = table.columns;

/** The expression of a default or of a generated column, which DuckDB must be able to compute too. */
export const expressionTarget: FuzzTarget = {
  name: 'expression',
  seeds: [
    "CASE WHEN i > 1 AND NOT b THEN upper(s) ELSE concat(s, '$&', lpad(s, 2)) END",
    'CAST(if(b, d, 1.5) AS INT) + l * 2 % 3 - -i',
    "date_add(to_date(t), 1) BETWEEN DATE '2026-01-01' AND current_date()",
    "date_format(t, 'yyyy-MM-dd HH:mm') = substring(s, 1, 3)",
    "coalesce(nullif(s, 'x'), y::STRING, NULL) <=> md5(s)",
    "year(e) IN (1, 2) OR date_trunc('MONTH', t) IS NOT NULL",
    'greatest(floor(d), ceil(c), abs(l))',
    'timestamp_millis(l)',
    'CAST(CAST(if(b, 1, 2) AS DOUBLE) AS BIGINT)',
    "''",
  ],
  words: [
    '(',
    ')',
    'NOT ',
    ' AND ',
    ' OR ',
    '-',
    ' + ',
    '::',
    'CAST(',
    ' AS INT)',
    'CASE WHEN ',
    ' THEN ',
    ' END',
    "'$&'",
    'if(b, ',
    ', ',
    'd',
  ],
  isTyped: (error) => error instanceof TableDefinitionError && !/stack|undefined/.test(error.message),
  read: async (input) => {
    const sql = input.toString('utf8');
    await checkFilledColumns(
      { ...table, columns: [{ ...column, name: 'x', type: { kind: 'string' }, nullable: true, default: sql }] },
      duckDb,
    );
    await checkFilledColumns(
      {
        ...table,
        columns: [...table.columns, { name: 'x', type: { kind: 'string' }, nullable: true, generated: sql }],
      },
      duckDb,
    );
  },
};
