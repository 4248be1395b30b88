import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { TableDefinitionError } from '../../lib/errors.ts';
import { defaultSql } from '../../lib/expressions/columnExpressions.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';

/** Types and defaults, with the value that Databricks SQL gives them. */
const accepted: readonly (readonly [type: string, expression: string, value: unknown])[] = [
  ['DOUBLE', '1e3', 1000],
  ['DOUBLE', '1.5E-3', 0.0015],
  ['DOUBLE', '-2.5e+2', -250],
  ['DOUBLE', '.5', 0.5],
  ['DOUBLE', '1.', 1],
  ['DOUBLE', '-1.5D', -1.5],
  ['DOUBLE', '5d', 5],
  ['DOUBLE', '1e2D', 100],
  ['DOUBLE', '+.1D', 0.1],
  ['FLOAT', '1.5F', 1.5],
  ['FLOAT', '-1f', -1],
  ['DECIMAL(10,2)', '1BD', '1.00'],
  ['DECIMAL(10,2)', '-12.34bd', '-12.34'],
  ['DECIMAL(10,2)', '1.2e1BD', '12.00'],
  ['DECIMAL(38,0)', '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
  ['BIGINT', '10L', '10'],
  ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
  ['BIGINT', '-9223372036854775808L', '-9223372036854775808'],
  ['INT', '-2147483648', -2147483648],
  ['SMALLINT', '5S', 5],
  ['SMALLINT', '-32768s', -32768],
  ['TINYINT', '2Y', 2],
  ['TINYINT', '-128Y', -128],
  ['INT', '+5', 5],
  ['INT', '- 5', -5],
  ['INT', '-(-5)', 5],
  ['INT', "cast('1' as int)", 1],
  ['INT', "int('1')", 1],
  ['STRING', "'a' 'b' \"c\"", 'abc'],
  ['STRING', '"it\'s"', "it's"],
  ['STRING', "'it\\'s\\n'", "it's\n"],
  ['STRING', "r'a\\n'", 'a\\n'],
  ['STRING', 'NULL', null],
  ['BOOLEAN', 'TRUE', true],
  ['DATE', "date'2024-01-05'", '2024-01-05'],
  ['TIMESTAMP', "timestamp'2024-01-01'", '2024-01-01 00:00:00+00'],
  ['TIMESTAMP', "TIMESTAMP_LTZ '2024-01-01 12:00:00'", '2024-01-01 12:00:00+00'],
  ['TIMESTAMP_NTZ', "TIMESTAMP_NTZ '2024-01-01 12:00:00'", '2024-01-01 12:00:00'],
  ['TIMESTAMP', "to_timestamp('2024-01-01')", '2024-01-01 00:00:00+00'],
  ['BINARY', "X'fF'", '\\xFF'],
  ['BINARY', "x'1'", '\\x01'],
  ['BINARY', "X''", ''],
  ['ARRAY<INT>', 'array()', []],
  ['ARRAY<INT>', 'array(1, 2)', [1, 2]],
  ['ARRAY<DOUBLE>', 'ARRAY(1, 2.5, NULL)', [1, 2.5, null]],
  ['ARRAY<STRING>', 'array(\'a\', "b")', ['a', 'b']],
  ['ARRAY<CHAR(3)>', "array('a')", ['a  ']],
  ['ARRAY<ARRAY<BIGINT>>', 'array(array(), array(1))', [[], ['1']]],
  ['ARRAY<STRING>', 'cast(array() as array<string>)', []],
  ['MAP<STRING,INT>', 'map()', []],
  ['MAP<STRING,BIGINT>', "map('a', 1)", [{ key: 'a', value: '1' }]],
  [
    'MAP<STRING,ARRAY<INT>>',
    "map('a', array(1), 'b', NULL)",
    [
      { key: 'a', value: [1] },
      { key: 'b', value: null },
    ],
  ],
  ['STRUCT<a:BIGINT>', "named_struct('a', 1)", { a: '1' }],
  ['STRUCT<a:INT,b:STRUCT<c:STRING>>', "named_struct('A', 1, 'b', named_struct('c', 'x'))", { a: 1, b: { c: 'x' } }],
  ['STRUCT<a:INT,b:STRING>', "struct(1, 'x')", { a: 1, b: 'x' }],
  ['STRUCT<a:INT,b:STRING>', "struct(1 AS a, 'x' AS b)", { a: 1, b: 'x' }],
  ['ARRAY<STRUCT<a:INT>>', 'array(struct(1))', [{ a: 1 }]],
  ['ARRAY<INT>', 'NULL', null],
  ['ARRAY<VARIANT>', 'NULL', null],
  ['STRUCT<v:VARIANT>', 'NULL', null],
  ['VARIANT', "parse_json('null')", { metadata: '\\x11\\x00\\x00', value: '\\x00' }],
  ['VARIANT', "parse_json('{}')", { metadata: '\\x11\\x00\\x00', value: '\\x02\\x00\\x00' }],
  ['ARRAY<VARIANT>', "array(parse_json('null'))", [{ metadata: '\\x11\\x00\\x00', value: '\\x00' }]],
];

const refused: readonly (readonly [type: string, expression: string, message: RegExp])[] = [
  ['TINYINT', '128Y', /128Y is out of the range of TINYINT/],
  ['SMALLINT', '-32769S', /-32769S is out of the range of SMALLINT/],
  ['BIGINT', '9223372036854775808L', /9223372036854775808L is out of the range of BIGINT/],
  ['DOUBLE', '1e400', /1e400 is out of the range of DOUBLE/],
  ['FLOAT', '1e39F', /1e39F is out of the range of FLOAT/],
  ['DECIMAL(38,0)', '1e38BD', /1e38BD has more than 38 digits/],
  ['INT', '1x', /expected a number, at '1x'/],
  ['INT', '1e', /expected a number, at '1e'/],
  ['BINARY', "X'fg'", /expected hexadecimal digits in X'…', at 'fg'/],
  ['STRING', "INTERVAL '1' DAY", /zerobus-local does not support INTERVAL here, at 'INTERVAL'/],
  ['TIMESTAMP', 'current_timestamp() + INTERVAL 1 DAY', /zerobus-local does not support INTERVAL here/],
  ['INT', '(SELECT 1)', /zerobus-local does not support SELECT here, at 'SELECT'/],
  ['STRING', 'current_user()', /zerobus-local does not support current_user\(\) here/],
  ['STRING', 'CURRENT_USER', /zerobus-local does not support CURRENT_USER\(\) here/],
  ['STRING', 'session_user', /zerobus-local does not support session_user\(\) here/],
  ['STRING', 'current_catalog()', /zerobus-local does not support current_catalog\(\) here/],
  ['STRING', 'from_json("{}", "a INT")', /zerobus-local does not support from_json\(STRING, STRING\) here/],
  ['STRING', 'cast(1 as interval day)', /the type INTERVAL is not supported/],
  ['ARRAY<INT>', "array(1, 'a')", /zerobus-local does not support array\(INT, STRING\) here/],
  ['ARRAY<INT>', "'[]'", /it is STRING, which can't become ARRAY/],
  ['INT', 'array(1)', /it is ARRAY, which can't become INT/],
  ['MAP<STRING,INT>', "map('a')", /zerobus-local does not support map\(STRING\) here/],
  ['MAP<STRING,INT>', 'map(NULL, 1)', /zerobus-local does not support map\(NULL, INT\) here/],
  ['STRUCT<a:INT>', "named_struct('b', 1)", /it is STRUCT, which can't become STRUCT/],
  ['STRUCT<a:INT>', "named_struct(1, 'a')", /zerobus-local does not support named_struct\(INT, STRING\) here/],
  ['STRUCT<a:INT>', 'struct(1, 2)', /it is STRUCT, which can't become STRUCT/],
  ['STRING', "concat('a' AS b)", /expected ',' or '\)'/],
  ['VARIANT', "'{}'", /it is STRING, which can't become VARIANT.*parse_json/],
  ['STRING', "parse_json('{}')", /it is VARIANT, which can't become STRING/],
];

describe('the value of a DEFAULT', () => {
  let duckDb: DuckDb;

  beforeAll(() => {
    duckDb = new DuckDb();
  });

  afterAll(() => duckDb.close());

  function sqlOf(type: string, expression: string): string {
    const [column] = parseCreateTable(`CREATE TABLE a.b.c (x ${type} DEFAULT ${expression})`).columns;
    return column === undefined ? '' : defaultSql(column);
  }

  for (const [type, expression, value] of accepted) {
    it(`is computed for ${type}: ${expression}`, async () => {
      const reader = await duckDb.run(`SELECT ${sqlOf(type, expression)}`);
      expect(reader.getRowsJson()[0]?.[0] as unknown).toEqual(value);
    });
  }

  for (const [type, expression, message] of refused) {
    it(`is refused for ${type}: ${expression}`, () => {
      expect(() => sqlOf(type, expression)).toThrowError(TableDefinitionError, message);
    });
  }

  it('is the present time in functions without arguments', async () => {
    const select = [
      sqlOf('TIMESTAMP', 'current_timestamp()'),
      sqlOf('DATE', 'current_date'),
      sqlOf('TIMESTAMP_NTZ', 'localtimestamp()'),
      sqlOf('BIGINT', 'unix_timestamp()'),
      sqlOf('STRING', 'uuid()'),
    ];
    const reader = await duckDb.run(`SELECT ${select.map((sql) => `(${sql}) IS NOT NULL`).join(', ')}`);
    expect(reader.getRowsJson()[0] as unknown).toEqual([true, true, true, true, true]);
  });
});
