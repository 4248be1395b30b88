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
      comment: 'all readings',
      properties: { 'delta.appendOnly': 'true', a: '(' },
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
    ['TIMESTAMP_LTZ', { kind: 'timestamp' }],
    ['CHAR(5)', { kind: 'varchar', length: 5, isChar: true }],
    ['CHARACTER(5)', { kind: 'varchar', length: 5, isChar: true }],
    ['STRING COLLATE UTF8_BINARY', { kind: 'string' }],
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
    [`CREATE TABLE a.b.${'c'.repeat(256)} (a INT)`, /^Line 1, column 18: .* at most 255 characters/],
    ['CREATE TABLE a.information_schema.c (a INT)', /^Line 1, column 14: a schema can't be called information_schema/],
    ['USE a.PG_CATALOG; CREATE TABLE c (a INT)', /a schema can't be called PG_CATALOG/],
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
    ['CREATE TABLE a.b.c (a INT UNIQUE)', /only NOT NULL, COMMENT, .* can follow a column's type, at 'UNIQUE'/],
    ['CREATE TABLE a.b.c (a INTERVAL)', /the type INTERVAL is not supported/],
    ['CREATE TABLE a.b.c (a GEOGRAPHY(4326))', /the type GEOGRAPHY is not supported/],
    ['CREATE TABLE a.b.c (a CHAR)', /CHAR\(255\)/],
    ['CREATE TABLE a.b.c (a INT DEFAULT)', /expected an expression after DEFAULT, at '\)'/],
    ['CREATE TABLE a.b.c (a INT GENERATED ALWAYS AS ())', /expected an expression in the parentheses/],
    ['CREATE TABLE a.b.c (a INT GENERATED BY DEFAULT AS (b))', /expected IDENTITY, at '\('/],
    ['CREATE TABLE a.b.c (a INT GENERATED ALWAYS AS IDENTITY)', /column a: an IDENTITY column must be a BIGINT/],
    ['CREATE TABLE a.b.c (a BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 0))', /must not be 0, at '0'/],
    ['CREATE TABLE a.b.c (a BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 9223372036854775808))', /range of BIGINT/],
    ['CREATE TABLE a.b.c (a BIGINT DEFAULT 1 GENERATED ALWAYS AS IDENTITY)', /one of DEFAULT, GENERATED/],
    ['CREATE TABLE a.b.c (a INT, PRIMARY KEY (b))', /column 41: there is no such column; there are a, at 'b'/],
    ['CREATE TABLE a.b.c (a INT, CONSTRAINT x UNIQUE (a))', /unknown type/],
    ['CREATE TABLE a.b.c AS SELECT 1', /column 20: AS SELECT is not supported, .*, at 'AS'\.$/],
    ['CREATE TABLE a.b.c (a INT) AS SELECT 1', /AS SELECT is not supported/],
    ['CREATE TABLE a.b.c LIKE a.b.d', /LIKE is not supported: list the columns/],
    ['CREATE TABLE a.b.c SHALLOW CLONE a.b.d', /SHALLOW CLONE is not supported/],
    ['CREATE TABLE a.b.c DEEP CLONE a.b.d', /DEEP CLONE is not supported/],
    ['CREATE TABLE a.b.c USING DELTA', /expected '\(' and the columns with their types, at 'USING'/],
    ['CREATE TABLE a.b.c (a INT) CLUSTERED BY (a) INTO 4 BUCKETS', /CLUSTERED BY is not supported/],
    ['CREATE TABLE a.b.c (a INT, b INT) PARTITIONED BY (c)', /there is no such column; there are a, b, at 'c'/],
    ['CREATE TABLE a.b.c (a INT, b INT) PARTITIONED BY (a, A)', /has the column a twice/],
    [
      'CREATE TABLE a.b.c (a TIMESTAMP, b INT) PARTITIONED BY (years(a))',
      /takes columns, not expressions.*, at 'years'/,
    ],
    ['CREATE TABLE a.b.c (a ARRAY<INT>, b INT) PARTITIONED BY (a)', /partitioned by a, as it is of type ARRAY/],
    [
      'CREATE TABLE a.b.c (a BIGINT GENERATED ALWAYS AS IDENTITY, b INT) PARTITIONED BY (a)',
      /partitioned by a, as it is an IDENTITY column/,
    ],
    [
      'CREATE TABLE a.b.c (a INT, b INT) PARTITIONED BY (a) CLUSTER BY (b)',
      /both PARTITIONED BY and CLUSTER BY: omit one/,
    ],
    ['CREATE TABLE a.b.c (a INT) CLUSTER BY (x)', /no such column; there are a, at 'x'/],
    ['CREATE TABLE a.b.c (a VARIANT) CLUSTER BY (a)', /clustered by a, as it is of type VARIANT/],
    ['CREATE TABLE a.b.c (a INT, b INT, c INT, d INT, e INT) CLUSTER BY (a, b, c, d, e)', /takes 1 to 4 columns/],
    ["CREATE TABLE a.b.c (a INT) TBLPROPERTIES ('x')", /the property x has no value, at 'x'/],
    ...['parquet', 'ICEBERG', 'csv', 'JSON', 'jdbc', 'com.example.format'].map(
      (format) =>
        [
          `CREATE TABLE a.b.c (a INT) USING ${format}`,
          /column 34: expected DELTA after USING, since .* Delta tables only: write USING DELTA, or omit USING, at '/,
        ] as const,
    ),
    ['CREATE TABLE a.b.c (a INT) PARTITIONED BY (a)', /omit PARTITIONED BY/],
    ["CREATE TABLE a.b.c (a INT) INHERITS 'x'", /expected USING DELTA/],
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

  it('reads what a table of Databricks can have', () => {
    const table = parseCreateTable(`
      CREATE TABLE main.iot.readings (
        id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH -9007199254740993 INCREMENT BY 2) PRIMARY KEY RELY,
        other BIGINT GENERATED BY DEFAULT AS IDENTITY,
        device CHAR(8) NOT NULL DEFAULT concat('a', /* (b */ upper("c,d")) COMMENT 'who' REFERENCES main.iot.devices(id),
        at TIMESTAMP DEFAULT current_timestamp() NOT NULL,
        known BOOLEAN DEFAULT device IS NOT NULL COMMENT 'x',
        day DATE GENERATED ALWAYS AS (CAST(at AS DATE)) TAGS ('zerobus-rescue', owner = 'me'),
        constraint STRING,
        place STRUCT<lat: DOUBLE NOT NULL, lon: DOUBLE>,
        CONSTRAINT \`fk\` FOREIGN KEY (other, device) REFERENCES x.y.z NOT ENFORCED,
        CHECK (other > 0)
      ) USING DELTA CLUSTER BY (Device, place.lat)
      TBLPROPERTIES (delta.appendOnly = TRUE, a.b-c = 5, 'd' '-1.5')
    `);
    expect(table.columns).toEqual([
      {
        name: 'id',
        type: { kind: 'long' },
        nullable: false,
        identity: { start: -9007199254740993n, step: 2n, allowExplicitInsert: false },
      },
      {
        name: 'other',
        type: { kind: 'long' },
        nullable: true,
        identity: { start: 1n, step: 1n, allowExplicitInsert: true },
      },
      {
        name: 'device',
        type: { kind: 'varchar', length: 8, isChar: true },
        nullable: false,
        default: `concat('a', upper("c,d"))`,
        comment: 'who',
      },
      { name: 'at', type: { kind: 'timestamp' }, nullable: false, default: 'current_timestamp()' },
      { name: 'known', type: { kind: 'boolean' }, nullable: true, default: 'device IS NOT NULL', comment: 'x' },
      {
        name: 'day',
        type: { kind: 'date' },
        nullable: true,
        generated: 'CAST(at AS DATE)',
        tags: { 'zerobus-rescue': '', owner: 'me' },
      },
      { name: 'constraint', type: { kind: 'string' }, nullable: true },
      {
        name: 'place',
        type: {
          kind: 'struct',
          fields: [
            { name: 'lat', type: { kind: 'double' }, nullable: false },
            { name: 'lon', type: { kind: 'double' }, nullable: true },
          ],
        },
        nullable: true,
      },
    ]);
    expect(table.clusterColumns).toEqual(['device', 'place.lat']);
    expect(table.properties).toEqual({ 'delta.appendOnly': 'true', 'a.b-c': '5', d: '-1.5' });
    expect(table.constraints).toEqual([
      'PRIMARY KEY (id) RELY',
      'FOREIGN KEY (device) REFERENCES main.iot.devices (id)',
      'CONSTRAINT `fk` FOREIGN KEY (other, device) REFERENCES x.y.z NOT ENFORCED',
      'CHECK (other > 0)',
    ]);
  });

  it('makes the columns of a primary key NOT NULL', () => {
    const { columns, constraints } = parseCreateTable(
      'CREATE TABLE a.b.c (a INT, b TIMESTAMP, c INT, CONSTRAINT p PRIMARY KEY (A, b TIMESERIES) NOT ENFORCED)',
    );
    expect(columns.map(({ nullable }) => nullable)).toEqual([false, false, true]);
    expect(constraints).toEqual(['CONSTRAINT p PRIMARY KEY (A, b TIMESERIES) NOT ENFORCED']);
  });

  it('reads PARTITIONED BY, with columns of the table or with new ones', () => {
    expect(parseCreateTable('CREATE TABLE a.b.c (a INT, b DATE) PARTITIONED BY (B)').partitionColumns).toEqual(['b']);
    const { columns, partitionColumns } = parseCreateTable(
      "CREATE TABLE a.b.c (a INT, b INT) PARTITIONED BY (a, day DATE COMMENT 'x', region STRING)",
    );
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b', 'day', 'region']);
    expect(partitionColumns).toEqual(['a', 'day', 'region']);
  });

  it('reads CLUSTER BY AUTO and NONE', () => {
    expect(parseCreateTable('CREATE TABLE a.b.c (a INT) CLUSTER BY AUTO').clusterColumns).toBe('auto');
    expect(parseCreateTable('CREATE TABLE a.b.c (a INT) CLUSTER BY NONE').clusterColumns).toBeUndefined();
  });

  const strings: readonly (readonly [sql: string, text: string])[] = [
    ["'a' 'b' \"c\"", 'abc'],
    ["r'a\\n'", 'a\\n'],
    ["'a\\tb\\nc\\\\'", 'a\tb\nc\\'],
    ["'\\u00e9\\U0001F600\\101'", 'é😀A'],
    ["'\\%\\_'", '\\%\\_'],
    ['\'a""b\'', 'a""b'],
    ['"a\'\'b"', "a''b"],
  ];

  for (const [sql, text] of strings) {
    it(`reads the string ${sql}`, () => {
      expect(parseCreateTable(`CREATE TABLE a.b.c (a INT) COMMENT ${sql}`).comment).toBe(text);
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
