import { TableDefinitionError } from '../../lib/errors.ts';
import type { DeltaType } from '../../lib/schema/deltaType.ts';
import { parseCreateTable, parseCreateTables } from '../../lib/schema/parseCreateTable.ts';

describe('parseCreateTable', () => {
  it('reads names, types, NOT NULL and comments', () => {
    const table = parseCreateTable(`
      create or replace table if not exists main.iot.Readings (
        device STRING COMMENT 'it''s the \\'serial\\' number', -- as printed on it
        temp INT NOT NULL,
        \`at\` TIMESTAMP COMMENT "when" NOT NULL /* in UTC; not local */
      ) USING delta COMMENT 'all readings' TBLPROPERTIES ('delta.appendOnly' = 'true', 'a' = '(');
    `);
    expect(table).toEqual({
      catalog: 'main',
      schema: 'iot',
      name: 'Readings',
      columns: [
        { name: 'device', type: { kind: 'string' }, nullable: true, comment: "it's the 'serial' number" },
        { name: 'temp', type: { kind: 'integer' }, nullable: false },
        { name: 'at', type: { kind: 'timestamp' }, nullable: false, comment: 'when' },
      ],
    });
  });

  const types: readonly (readonly [sql: string, type: DeltaType])[] = [
    ['TINYINT', { kind: 'byte' }],
    ['BYTE', { kind: 'byte' }],
    ['SMALLINT', { kind: 'short' }],
    ['SHORT', { kind: 'short' }],
    ['INT', { kind: 'integer' }],
    ['INTEGER', { kind: 'integer' }],
    ['BIGINT', { kind: 'long' }],
    ['LONG', { kind: 'long' }],
    ['FLOAT', { kind: 'float' }],
    ['REAL', { kind: 'float' }],
    ['DOUBLE', { kind: 'double' }],
    ['STRING', { kind: 'string' }],
    ['VARCHAR(255)', { kind: 'varchar', length: 255 }],
    ['BOOLEAN', { kind: 'boolean' }],
    ['BINARY', { kind: 'binary' }],
    ['DATE', { kind: 'date' }],
    ['TIMESTAMP', { kind: 'timestamp' }],
    ['TIMESTAMP_NTZ', { kind: 'timestamp_ntz' }],
    ['VARIANT', { kind: 'variant' }],
    ['DECIMAL', { kind: 'decimal', precision: 10, scale: 0 }],
    ['DEC(5)', { kind: 'decimal', precision: 5, scale: 0 }],
    ['NUMERIC(38, 10)', { kind: 'decimal', precision: 38, scale: 10 }],
    ['ARRAY<INT>', { kind: 'array', element: { kind: 'integer' }, containsNull: true }],
    [
      'map<string,array<decimal(5,2)>>',
      {
        kind: 'map',
        key: { kind: 'string' },
        value: { kind: 'array', element: { kind: 'decimal', precision: 5, scale: 2 }, containsNull: true },
        valueContainsNull: true,
      },
    ],
    [
      "STRUCT<a: INT NOT NULL COMMENT 'first', `b` STRUCT<c: STRING>>",
      {
        kind: 'struct',
        fields: [
          { name: 'a', type: { kind: 'integer' }, nullable: false, comment: 'first' },
          {
            name: 'b',
            type: { kind: 'struct', fields: [{ name: 'c', type: { kind: 'string' }, nullable: true }] },
            nullable: true,
          },
        ],
      },
    ],
  ];

  for (const [sql, type] of types) {
    it(`knows the type ${sql}`, () => {
      expect(parseCreateTable(`CREATE TABLE a.b.c (x ${sql})`).columns).toEqual([{ name: 'x', type, nullable: true }]);
    });
  }

  const wrong: readonly (readonly [sql: string, message: RegExp])[] = [
    ['', /^Expected a CREATE TABLE statement, but the text is empty\.$/],
    ['SELECT 1', /^Line 1, column 1: expected CREATE TABLE, at 'SELECT'\.$/],
    ['CREATE TABLE readings (a INT)', /^Line 1, column 14: a table name has three parts, .*main\.iot\.readings/],
    ['CREATE TABLE a.b.c.d (a INT)', /three parts/],
    ['CREATE TABLE a.b.`c d` (a INT)', /ASCII letters, digits and underscores/],
    ['CREATE TABLE a.b.c (\n  `ä` INT)', /^Line 2, column 3: .*ASCII letters/],
    ['CREATE TABLE a.b.c (a-b INT)', /unknown type|expected/],
    ['CREATE TABLE a.b.c (a INT, A STRING)', /^Line 1, column 28: there is already a column of this name/],
    ['CREATE TABLE a.b.c (s STRUCT<x: INT, X: INT>)', /already/],
    ['CREATE TABLE a.b.c (a UUID)', /column 23: unknown type; known are TINYINT.*, at 'UUID'/],
    ['CREATE TABLE a.b.c (a VARCHAR)', /VARCHAR\(255\)/],
    ['CREATE TABLE a.b.c (a VARCHAR(0))', /at least 1/],
    ['CREATE TABLE a.b.c (a DECIMAL(39,0))', /precision of 1 to 38/],
    ['CREATE TABLE a.b.c (a DECIMAL(5,6))', /scale of 0 up to the precision/],
    ['CREATE TABLE a.b.c (a MAP<ARRAY<INT>,INT>)', /key of a MAP/],
    [`CREATE TABLE a.b.c (a ${'ARRAY<'.repeat(200)}INT${'>'.repeat(200)})`, /nested at most 100 deep/],
    [
      `CREATE TABLE a.b.c (a ${'ARRAY<STRUCT<m:MAP<INT,'.repeat(6)}ARRAY<INT>${'>>>'.repeat(6)})`,
      /column 23: arrays and maps can be nested at most 12 deep; keep deeper data in a VARIANT column/,
    ],
    ['CREATE TABLE a.b.c ()', /expected a column name, at '\)'/],
    ['CREATE TABLE a.b.c (a INT', /expected ',' or '\)', since .*, at the end of the statement/],
    ['CREATE TABLE a.b.c (a INT DEFAULT 5)', /only NOT NULL and COMMENT can follow a column's type, at 'DEFAULT'/],
    ['CREATE TABLE a.b.c (a INT) USING parquet', /expected DELTA, at 'parquet'/],
    ['CREATE TABLE a.b.c (a INT) PARTITIONED BY (a)', /omit PARTITIONED BY/],
    ["CREATE TABLE a.b.c (a INT) LOCATION 'x'", /expected USING DELTA/],
    ["CREATE TABLE a.b.c (a INT) COMMENT 'x", /column 36: the quote ' is not closed\.$/],
    ['CREATE TABLE a.b.c (a INT) /* x', /comment \/\* is not closed/],
    ['CREATE TABLE a.b.c (a INT) CREATE TABLE a.b.d (a INT)', /expected/],
    ['CREATE TABLE a.b.c (a INT); CREATE TABLE a.b.d (a INT)', /there are several/],
  ];

  for (const [sql, message] of wrong) {
    it(`refuses ${sql.slice(0, 70)}`, () => {
      expect(() => parseCreateTable(sql)).toThrowError(TableDefinitionError, message);
    });
  }

  it('reads a file of statements', () => {
    const tables = parseCreateTables(`
      -- first; not a statement
      CREATE TABLE a.b.c (a INT);;
      /* second; */ CREATE TABLE a.b.d (a INT)
    `);
    expect(tables.map((table) => table.name)).toEqual(['c', 'd']);
    expect(parseCreateTables(' -- nothing\n')).toEqual([]);
  });
});
