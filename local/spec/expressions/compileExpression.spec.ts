import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { duckDbType } from '../../lib/duckdb/duckDbType.ts';
import { quoteIdentifier } from '../../lib/duckdb/quoteSql.ts';
import { TableDefinitionError } from '../../lib/errors.ts';
import { compileExpression } from '../../lib/expressions/compileExpression.ts';
import type { DeltaColumn, DeltaType } from '../../lib/schema/deltaType.ts';
import { sqlTypeName } from '../../lib/schema/sqlTypeText.ts';

/** Columns of one row, and their values in DuckDB's dialect. */
const row: readonly (readonly [string, DeltaType, string])[] = [
  ['i', { kind: 'integer' }, '-7'],
  ['l', { kind: 'long' }, '9007199254740993'],
  ['b', { kind: 'byte' }, '100'],
  ['d', { kind: 'double' }, '2.5'],
  ['m', { kind: 'decimal', precision: 5, scale: 2 }, '-1.55'],
  ['s', { kind: 'string' }, "' Häß😀x '"],
  ['v', { kind: 'varchar', length: 9 }, "'a,b'"],
  ['day', { kind: 'date' }, "'2024-02-25'"],
  ['ts', { kind: 'timestamp' }, "'2024-02-29 23:05:09.123456+00'"],
  ['ntz', { kind: 'timestamp_ntz' }, "'1969-12-31 23:59:59.5'"],
  ['early', { kind: 'timestamp' }, "'1969-12-31 23:59:59.5+00'"],
  ['yes', { kind: 'boolean' }, 'true'],
  ['none', { kind: 'string' }, 'NULL'],
  ['Order', { kind: 'string' }, "'first'"],
  ['j', { kind: 'variant' }, 'NULL'],
  ['x', { kind: 'binary' }, "'x'"],
];

const columns: readonly DeltaColumn[] = row.map(([name, type]) => ({ name, type, nullable: true }));

/** Expressions with their type and value in Databricks SQL. */
const translated: readonly (readonly [string, string, unknown])[] = [
  ['CAST(ts AS DATE)', 'DATE', '2024-02-29'],
  ['date(ntz)', 'DATE', '1969-12-31'],
  ["to_date('2024-02-29')", 'DATE', '2024-02-29'],
  ['ts :: date', 'DATE', '2024-02-29'],
  ['YEAR(ts)', 'INT', 2024],
  ['month(day)', 'INT', 2],
  ['day(ts)', 'INT', 29],
  ['hour(ts)', 'INT', 23],
  ['minute(ts)', 'INT', 5],
  ['second(ts)', 'INT', 9],
  ['quarter(ts)', 'INT', 1],
  ['dayofweek(day)', 'INT', 1],
  ['weekday(day)', 'INT', 6],
  ['dayofyear(ts)', 'INT', 60],
  ['weekofyear(day)', 'INT', 8],
  ["date_trunc('HOUR', ts)", 'TIMESTAMP', '2024-02-29 23:00:00+00'],
  ["DATE_TRUNC('week', day)", 'TIMESTAMP', '2024-02-19 00:00:00+00'],
  ["trunc(ts, 'MM')", 'DATE', '2024-02-01'],
  ["date_format(ts, 'yyyy-MM')", 'STRING', '2024-02'],
  ['date_format(ts, "yyyy/M/d\'T\'HH:mm:ss.SSS %")', 'STRING', '2024/2/29T23:05:09.123 %'],
  ['date_add(day, 5)', 'DATE', '2024-03-01'],
  ['date_sub(ts, i)', 'DATE', '2024-03-07'],
  ["datediff(ts, DATE '2024-02-01')", 'INT', 28],
  ['last_day(day)', 'DATE', '2024-02-29'],
  ['CAST(early AS BIGINT)', 'BIGINT', '-1'],
  ['CAST(l AS STRING)', 'STRING', '9007199254740993'],
  ['cast(ts as string)', 'STRING', '2024-02-29 23:05:09.123456'],
  ['CAST(d AS INT)', 'INT', 2],
  ["CAST(if(s = '$&', 1 / 2, d) AS INT)", 'INT', 2],
  ['CAST(-d AS INT)', 'INT', -2],
  ['CAST(m AS BIGINT)', 'BIGINT', '-1'],
  ["CAST('12' AS SMALLINT)", 'SMALLINT', 12],
  ['CAST(d AS DECIMAL(3,1))', 'DECIMAL(3,1)', '2.5'],
  ['timestamp_seconds(1)', 'TIMESTAMP', '1970-01-01 00:00:01+00'],
  ['timestamp_millis(l - l + 1)', 'TIMESTAMP', '1970-01-01 00:00:00.001+00'],
  ['CAST(1 AS TIMESTAMP)', 'TIMESTAMP', '1970-01-01 00:00:01+00'],
  ['substring(s, 3, 3)', 'STRING', 'äß😀'],
  ['SUBSTR(s, 0, 2)', 'STRING', ' H'],
  ['substring(v, 2)', 'STRING', ',b'],
  ['substring(v, 2, -1)', 'STRING', ''],
  ['left(v, 2)', 'STRING', 'a,'],
  ["concat(v, '-', i, '-', yes)", 'STRING', 'a,b--7-true'],
  ['concat(v, none)', 'STRING', null],
  ["v || 'c'", 'STRING', 'a,bc'],
  ['upper(v)', 'STRING', 'A,B'],
  ['LOWER(trim(s))', 'STRING', 'häß😀x'],
  ['length(s)', 'INT', 7],
  ["replace(v, ',', '')", 'STRING', 'ab'],
  ['md5(v)', 'STRING', 'b345e1dc09f20fdefdea469f09167892'],
  ["coalesce(none, v, 'z')", 'STRING', 'a,b'],
  ["nvl(none, 'z')", 'STRING', 'z'],
  ["nullif(v, 'a,b')", 'VARCHAR(9)', null],
  ["if(i < 0, 'minus', 'plus')", 'STRING', 'minus'],
  ["CASE WHEN i > 0 THEN 'plus' WHEN i = 0 THEN 'zero' ELSE 'minus' END", 'STRING', 'minus'],
  ["case v when 'a,b' then 1 end", 'INT', 1],
  ['greatest(i, 3)', 'INT', 3],
  ['abs(i)', 'INT', 7],
  ['floor(d)', 'BIGINT', '2'],
  ['ceil(-d)', 'BIGINT', '-2'],
  ['i + 1 * 2', 'INT', -5],
  ['i % 3', 'INT', -1],
  ['i / 2', 'DOUBLE', -3.5],
  ['b + 100', 'INT', 200],
  ['l + 1L', 'BIGINT', '9007199254740994'],
  ['(i + 1) * d', 'DOUBLE', -15],
  ["i IS NOT NULL AND NOT (v = 'x' OR yes = false)", 'BOOLEAN', true],
  ["v IN ('x', 'a,b')", 'BOOLEAN', true],
  ['i NOT BETWEEN -10 AND 0', 'BOOLEAN', false],
  ['none <=> NULL', 'BOOLEAN', true],
  ["day >= '2024-02-25'", 'BOOLEAN', true],
  ['`Order`', 'STRING', 'first'],
  ['ORDER', 'STRING', 'first'],
];

const refused: readonly (readonly [string, RegExp])[] = [
  ['hash(i)', /does not support hash\(INT\)/],
  ['CAST(d AS STRING)', /does not support CAST\(… AS STRING\) of DOUBLE/],
  ['m + 1', /does not support \+ between these types/],
  ['day + 1', /does not support \+ between these types/],
  ["i = '1'", /does not support = between these types/],
  ['substring(v, -1)', /does not support substring\(VARCHAR\(9\), INT\)/],
  ["date_format(ts, 'YYYY')", /does not support date_format/],
  ['x = x', /does not support = between these types/],
  ['nothing', /there is no such column that could be used, at 'nothing'/],
  ['i +', /can not compute this, at the end/],
  ['i i', /can not compute this, at 'i'/],
  ['v LIKE 1', /can not compute this, at 'LIKE'/],
  ['now()', /the result of now differs from call to call/],
  ['year()', /does not support year\(\)/],
  ['year(ts, ts)', /does not support year\(TIMESTAMP, TIMESTAMP\)/],
];

describe('compileExpression', () => {
  let duckDb: DuckDb;

  beforeAll(() => {
    duckDb = new DuckDb();
  });

  afterAll(() => duckDb.close());

  async function evaluate(sql: string): Promise<unknown> {
    const values = row.map(
      ([name, type, value]) => `CAST(${value} AS ${duckDbType(type)}) AS ${quoteIdentifier(name)}`,
    );
    const reader = await duckDb.run(`SELECT ${sql} FROM (SELECT ${values.join(', ')})`);
    return reader.getRowsJson()[0]?.[0];
  }

  for (const [expression, type, expected] of translated) {
    it(`computes ${expression}`, async () => {
      const compiled = compileExpression(expression, columns, false);
      expect(compiled.type && sqlTypeName(compiled.type)).toBe(type);
      expect(await evaluate(compiled.sql)).toEqual(expected);
    });
  }

  for (const [expression, message] of refused) {
    it(`refuses ${expression}`, () => {
      expect(() => compileExpression(expression, columns, false)).toThrowError(TableDefinitionError, message);
    });
  }

  it('refuses an expression that is nested too deeply, or whose translation is too long', () => {
    const depth = 100_000;
    for (const expression of [
      `${'('.repeat(depth)}i${')'.repeat(depth)}`,
      `${'NOT '.repeat(depth)}yes`,
      `${'- '.repeat(depth)}i`,
      `${'abs('.repeat(depth)}i${')'.repeat(depth)}`,
      `${'CASE WHEN yes THEN '.repeat(depth)}i`,
      `${'CAST('.repeat(depth)}i`,
    ]) {
      expect(() => compileExpression(expression, columns, false)).toThrowError(
        TableDefinitionError,
        /is nested deeper than 200/,
      );
    }
    // The subject is written once for each WHEN, so each level is twice as long.
    const doubling = `${'CASE '.repeat(60)}i${' WHEN 1 THEN 1 WHEN 2 THEN 2 END'.repeat(60)}`;
    expect(() => compileExpression(doubling, columns, false)).toThrowError(TableDefinitionError, /is too long/);
  });
});
