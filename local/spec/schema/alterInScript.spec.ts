import { TableDefinitionError } from '../../lib/errors.ts';
import { createTableSql } from '../../lib/schema/createTableSql.ts';
import { fullTableName } from '../../lib/schema/deltaType.ts';
import { parseAlterTable } from '../../lib/schema/parseAlterTable.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import { parseScript } from '../../lib/schema/parseScript.ts';

const TABLE = "CREATE TABLE main.iot.t (a INT NOT NULL, b STRING DEFAULT 'x', c DATE) TBLPROPERTIES ('k' = '1')";

/** Statements after the one that makes the table, and the statement that would have made the same one at once. */
const withMeaning: readonly (readonly [statement: string, same: string])[] = [
  ['ALTER TABLE t ALTER COLUMN A SET DEFAULT 1 + 1', "(a INT NOT NULL DEFAULT 1 + 1, b STRING DEFAULT 'x', c DATE) k"],
  [
    "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1, b COMMENT 'x', c DROP NOT NULL",
    "(a INT NOT NULL DEFAULT 1, b STRING DEFAULT 'x' COMMENT 'x', c DATE) k",
  ],
  [
    "ALTER TABLE t CHANGE COLUMN A a BIGINT COMMENT 'x'",
    "(a BIGINT NOT NULL COMMENT 'x', b STRING DEFAULT 'x', c DATE) k",
  ],
  ['ALTER TABLE t ALTER b DROP DEFAULT', '(a INT NOT NULL, b STRING, c DATE) k'],
  ["ALTER TABLE t CHANGE COLUMN b COMMENT 'it''s'", "(a INT NOT NULL, b STRING DEFAULT 'x' COMMENT 'it''s', c DATE) k"],
  ['ALTER TABLE t ALTER COLUMN a DROP NOT NULL', "(a INT, b STRING DEFAULT 'x', c DATE) k"],
  ['ALTER TABLE t ALTER COLUMN c SET NOT NULL', "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE NOT NULL) k"],
  ['ALTER TABLE t ALTER COLUMN a TYPE BIGINT', "(a BIGINT NOT NULL, b STRING DEFAULT 'x', c DATE) k"],
  ['ALTER TABLE t DROP COLUMN c', "(a INT NOT NULL, b STRING DEFAULT 'x') k"],
  ['ALTER TABLE t DROP COLUMNS IF EXISTS (c, B, d)', '(a INT NOT NULL) k'],
  ['ALTER TABLE t RENAME COLUMN c TO d', "(a INT NOT NULL, b STRING DEFAULT 'x', d DATE) k"],
  [
    "ALTER TABLE t SET TBLPROPERTIES ('k' = '2', 'l' = 'x')",
    "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE) TBLPROPERTIES (k = 2, l = 'x')",
  ],
  ["ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('k', 'l')", "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE)"],
  ['ALTER TABLE t CLUSTER BY (a, C)', "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE) CLUSTER BY (a, c) k"],
  ['ALTER TABLE t CLUSTER BY AUTO', "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE) CLUSTER BY AUTO k"],
  [
    'ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (c)',
    "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE, CONSTRAINT p PRIMARY KEY (c)) k",
  ],
  ["COMMENT ON TABLE t IS 'all of it'", "(a INT NOT NULL, b STRING DEFAULT 'x', c DATE) COMMENT 'all of it' k"],
  ["COMMENT ON COLUMN main.iot.t.a IS 'one'", "(a INT NOT NULL COMMENT 'one', b STRING DEFAULT 'x', c DATE) k"],
];

/** Statements that change nothing here, with their names in the notes. */
const skipped: readonly (readonly [statement: string, label: string])[] = [
  ['ALTER TABLE t SET OWNER TO `a group`', 'ALTER TABLE'],
  [`ALTER TABLE t OWNER TO \${group}`, 'ALTER TABLE'],
  ["ALTER TABLE t SET TAGS ('a' = 'b')", 'ALTER TABLE … SET TAGS'],
  ["ALTER TABLE t UNSET TAGS ('a')", 'ALTER TABLE … UNSET TAGS'],
  ['ALTER TABLE t SET ROW FILTER main.iot.f ON (a)', 'ALTER TABLE … SET ROW FILTER'],
  ['ALTER TABLE t ALTER COLUMN a SET MASK main.iot.m', 'ALTER TABLE … ALTER COLUMN … SET MASK'],
  ['ALTER TABLE t ALTER COLUMN a AFTER b', 'ALTER TABLE … ALTER COLUMN … AFTER'],
  ['ALTER TABLE t ALTER COLUMN a SYNC IDENTITY', 'ALTER TABLE … ALTER COLUMN … SYNC IDENTITY'],
  ['ALTER TABLE t DROP CONSTRAINT IF EXISTS p', 'ALTER TABLE … DROP CONSTRAINT'],
  ['ALTER TABLE t DROP FEATURE deletionVectors', 'ALTER TABLE … DROP FEATURE'],
  ["ALTER TABLE t ADD IF NOT EXISTS PARTITION (c = '2024-01-01')", 'ALTER TABLE … ADD IF NOT EXISTS PARTITION'],
  ['ALTER TABLE t ENABLE PREDICTIVE OPTIMIZATION', 'ALTER TABLE … ENABLE PREDICTIVE OPTIMIZATION'],
  ["ALTER TABLE t SET LOCATION 's3://x'", 'ALTER TABLE … SET LOCATION'],
];

/** Clauses that can't be made of a table in a script. */
const refused: readonly (readonly [clause: string, message: RegExp])[] = [
  ['ADD COLUMN d INT DEFAULT 1', /a column that is added can have no DEFAULT/],
  ['ALTER COLUMN d SET DEFAULT 1', /there is no such column; there are a, b, c, at 'd'/],
  ['ALTER COLUMN a SET DEFAULT', /expected an expression after DEFAULT/],
  ['DROP COLUMN d', /there is no such column; there are a, b, c, at 'd'/],
  ['RENAME COLUMN a TO B', /there is already a column of this name/],
  ['REPLACE COLUMNS (a INT)', /REPLACE COLUMNS is not supported: change the columns in CREATE TABLE/],
  ['CLUSTER BY (d)', /there is no such column/],
  ['FROBNICATE', /expected ADD COLUMN or another clause of ALTER TABLE, at 'FROBNICATE'/],
  ['ALTER COLUMN a FROBNICATE', /expected SET DEFAULT or another clause of ALTER COLUMN, at 'FROBNICATE'/],
  ['ADD FROBNICATE', /expected COLUMN or CONSTRAINT, at 'FROBNICATE'/],
  ['DROP COLUMN c d', /expected the end of the statement/],
];

describe('a table that a script alters', () => {
  for (const [statement, same] of withMeaning) {
    it(`is as if made at once: ${statement}`, () => {
      const { tables, notes } = parseScript(`USE main.iot; ${TABLE}; ${statement};`);
      const expected = parseCreateTable(`CREATE TABLE main.iot.t ${same.replace(/ k$/, " TBLPROPERTIES ('k' = '1')")}`);
      expect(tables.map(createTableSql)).toEqual([createTableSql(expected)]);
      expect(notes).toEqual([]);
    });
  }

  for (const [statement, label] of skipped) {
    it(`stays as it is: ${statement}`, () => {
      const { tables, notes } = parseScript(`USE main.iot; ${TABLE};\n${statement};`);
      expect(tables).toEqual([parseCreateTable(TABLE)]);
      expect(notes).toEqual([`Line 2, column 1: ${label} is skipped.`]);
    });
  }

  for (const [clause, message] of refused) {
    it(`is refused by clause: ${clause}`, () => {
      expect(() => parseScript(`${TABLE};\nALTER TABLE main.iot.t ${clause}`)).toThrowError(
        TableDefinitionError,
        message,
      );
    });
  }

  it('keeps the columns that lay it out', () => {
    for (const layout of ['PARTITIONED BY (a)', 'CLUSTER BY (a)']) {
      for (const clause of ['DROP COLUMN a', 'RENAME COLUMN a TO z']) {
        const sql = `CREATE TABLE a.b.c (a INT, b INT) ${layout}; ALTER TABLE a.b.c ${clause}`;
        expect(() => parseScript(sql)).toThrowError(
          /the table is laid out by this column: change CREATE TABLE, at 'a'/,
        );
      }
    }
  });

  it('is not one with a name that scripts can not give', () => {
    const names = ['delta.`/mnt/x`', 'parquet.`s3://b/x`', 'hive_metastore.default.`a b`', 'x'];
    const statements = names.flatMap((name) => [
      `ALTER TABLE ${name} SET TBLPROPERTIES ('a' = 'b');`,
      `DROP TABLE IF EXISTS ${name};`,
      `COMMENT ON TABLE ${name} IS NULL;`,
    ]);
    const { tables, notes } = parseScript(`${TABLE}; ${statements.join(' ')}`);
    expect([tables.length, notes.length]).toEqual([1, statements.length]);
  });

  it('has no comment after COMMENT ON … IS NULL', () => {
    const made = "CREATE TABLE a.b.c (x INT COMMENT 'x') COMMENT 'c'";
    const [table] = parseScript(`${made}; COMMENT ON TABLE a.b.c IS NULL; COMMENT ON COLUMN a.b.c.x IS NULL`).tables;
    expect([table?.comment, table?.columns[0]?.comment]).toEqual([undefined, undefined]);
  });

  it('has another name after RENAME TO, and is gone after DROP TABLE', () => {
    const names = (sql: string) => parseScript(`USE main.iot; ${TABLE}; ${sql}`).tables.map(fullTableName);
    expect(names('ALTER TABLE t RENAME TO u')).toEqual(['main.iot.u']);
    expect(names('ALTER TABLE t RENAME TO other.u')).toEqual(['main.other.u']);
    expect(names('DROP TABLE IF EXISTS T; CREATE TABLE u (a INT)')).toEqual(['main.iot.u']);
    expect(names(`DROP TABLE t; ${TABLE}`)).toEqual(['main.iot.t']);
  });

  it('may get clauses that a running server refuses by name', () => {
    const statements = [...withMeaning, ...skipped].map(([statement]) => statement);
    const clauses = statements.flatMap((statement) => /^ALTER TABLE t ((?!OWNER).*)$/.exec(statement)?.[1] ?? []);
    for (const clause of [...clauses, 'RENAME TO x']) {
      expect(() => parseAlterTable(`ALTER TABLE main.iot.t ${clause}`)).toThrowMatching(({ message }: Error) => {
        const [, named = '?'] =
          /^Line 1, column 24: a running server can't make (.+): expected ADD COL/.exec(message) ?? [];
        return clause.includes(named.replace('ALTER COLUMN … ', '')) || clause.startsWith('CHANGE COLUMN A');
      });
    }
  });

  it('may have placeholders, which a running server refuses', () => {
    const message = /the placeholder \$\{x\} has no value/;
    expect(() => parseAlterTable(`ALTER TABLE a.b.c ADD COLUMN d INT COMMENT '\${x}'`)).toThrowError(message);
  });
});
