import fc from 'fast-check';
import { TableDefinitionError } from '../../lib/errors.ts';
import { fullTableName } from '../../lib/schema/deltaType.ts';
import type { SqlVariables } from '../../lib/schema/expandPlaceholders.ts';
import { parseScript } from '../../lib/schema/parseScript.ts';

function namesOf(sql: string, variables?: SqlVariables): readonly string[] {
  return parseScript(sql, variables).tables.map(fullTableName);
}

describe('parseScript', () => {
  it('notes the clauses that have no effect', () => {
    const { tables, notes } = parseScript(`CREATE TABLE a.b.c (
  a STRING COLLATE UNICODE_CI MASK a.b.mask USING COLUMNS (x, 'y') NOT NULL,
  b INT,
  CHECK (b > 0),
  CONSTRAINT fine EXPECT (b < 5) ON VIOLATION DROP ROW
)
LOCATION 's3://bucket/x'
DEFAULT COLLATION UTF8_LCASE
WITH ROW FILTER a.b.filter ON (a)
OPTIONS (x = 'y')
TBLPROPERTIES (
  'delta.enableDeletionVectors' = 'true', 'delta.columnMapping.mode' = 'none', 'delta.minReaderVersion' = '3',
  'delta.feature.appendOnly' = 'supported', 'delta.feature.deletionVectors' = 'supported', 'mine' = '1'
)`);
    expect(tables[0]?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(tables[0]?.properties).toEqual({ 'delta.columnMapping.mode': 'none', mine: '1' });
    expect(
      notes.map((note) => note.split(/(?<=COLLATE|MASK|CHECK|EXPECT|LOCATION|COLLATION|FILTER|OPTIONS|= \w+) /)[0]),
    ).toEqual([
      'Line 2, column 12: COLLATE',
      'Line 2, column 31: MASK',
      'Line 4, column 3: CHECK',
      'Line 5, column 19: EXPECT',
      'Line 7, column 1: LOCATION',
      'Line 8, column 1: DEFAULT COLLATION',
      'Line 9, column 1: ROW FILTER',
      'Line 10, column 1: OPTIONS',
      'Line 12, column 3: the property delta.enableDeletionVectors = true',
      'Line 13, column 45: the property delta.feature.deletionVectors = supported',
    ]);
  });

  it('skips other statements with a note each', () => {
    const { tables, notes } = parseScript(`
      CREATE CATALOG IF NOT EXISTS main; CREATE SCHEMA main.iot;
      CREATE TABLE main.iot.a (a INT);
      CREATE OR REPLACE TEMPORARY VIEW v AS SELECT ';' AS x; -- not; a statement
      create materialized view m as select 1;
      GRANT SELECT, MODIFY ON TABLE main.iot.a TO \`me; you\`;
      OPTIMIZE main.iot.a ZORDER BY (a); /* nor; /* this; */ one; */
      (SELECT 1); WITH x AS (SELECT 1) SELECT * FROM x;
      INSERT INTO main.iot.a VALUES (1), (2);
      ALTER TABLE main.iot.a SET OWNER TO me; ALTER TABLE main.iot.other ALTER COLUMN a COMMENT 'x';
      SET spark.sql.ansi.enabled = true;
      COMMENT ON TABLE main.iot.other IS 'x'; DROP TABLE IF EXISTS main.iot.b;
      CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN SELECT CASE WHEN 1 THEN 2 END; IF 1 THEN SELECT 1; END IF; END;
      BEGIN CREATE TABLE main.iot.inner (a INT); END; BEGIN TRANSACTION; COMMIT;
      CREATE TABLE main.iot.z (a INT)`);
    expect(tables.map(({ name }) => name)).toEqual(['a', 'z']);
    expect(notes.map((note) => note.replace(/^Line \d+, column \d+: (.*) is skipped\.$/, '$1'))).toEqual([
      'CREATE CATALOG',
      'CREATE SCHEMA',
      'CREATE VIEW',
      'CREATE VIEW',
      'GRANT',
      'OPTIMIZE',
      'SELECT',
      'WITH',
      'INSERT',
      'ALTER TABLE',
      'ALTER TABLE',
      'SET',
      'COMMENT',
      'DROP TABLE',
      'CREATE PROCEDURE',
      'BEGIN',
      'BEGIN',
      'COMMIT',
    ]);
    expect(notes[4]).toBe('Line 6, column 7: GRANT is skipped.');
  });

  it('skips the bodies of functions between dollars', () => {
    const { tables, notes } = parseScript(`
      CREATE FUNCTION main.iot.f(a STRING) RETURNS STRING LANGUAGE PYTHON AS $$
  it = 'it'; # that's all; CREATE TABLE main.iot.inner (a INT)
  return f"{it}$"; \`
$$;
      CREATE FUNCTION main.iot.g() RETURNS INT LANGUAGE PYTHON AS $$$$; CREATE TABLE main.iot.a (a INT)`);
    expect(tables.map(({ name }) => name)).toEqual(['a']);
    expect(notes).toEqual([
      'Line 2, column 7: CREATE FUNCTION is skipped.',
      'Line 6, column 7: CREATE FUNCTION is skipped.',
    ]);
    expect(() => parseScript('CREATE FUNCTION f() RETURNS INT\nAS $$ return 1;')).toThrowError(
      TableDefinitionError,
      'Line 2, column 4: the quote $$ is not closed.',
    );
  });

  it('refuses what is not a statement', () => {
    expect(() => parseScript('CRETE TABLE a.b.c (a INT)')).toThrowError(
      TableDefinitionError,
      /^Line 1, column 1: expected CREATE TABLE or another statement of Databricks SQL, at 'CRETE'\.$/,
    );
    expect(() => parseScript('CREATE TABEL a.b.c (a INT)')).toThrowError(TableDefinitionError, /at 'CREATE'/);
  });

  it('obeys USE', () => {
    expect(
      namesOf(`
        USE CATALOG main; CREATE TABLE a (x INT);
        USE SCHEMA iot; CREATE TABLE b (x INT); CREATE TABLE other.c (x INT);
        USE \`two\`.three; CREATE TABLE d (x INT);
        USE DATABASE four; CREATE TABLE e (x INT);
        USE five; CREATE TABLE f (x INT);
        SET CATALOG 'six'; CREATE TABLE g (x INT);
        CREATE TABLE seven.eight.h (x INT);
      `),
    ).toEqual([
      'main.default.a',
      'main.iot.b',
      'main.other.c',
      'two.three.d',
      'two.four.e',
      'two.five.f',
      'six.default.g',
      'seven.eight.h',
    ]);
    expect(() => parseScript('USE iot; CREATE TABLE a (x INT)')).toThrowError(/three parts/);
    expect(() => parseScript('USE CATALOG a.b')).toThrowError(/^Line 1, column 13: expected USE CATALOG catalog/);
  });

  it('fills in placeholders, with one word or several tokens', () => {
    const variables = { catalog: 'main', env: 'dev', schema: 'main.iot', name: 'readings' };
    expect(
      namesOf(
        `CREATE TABLE \${catalog}.iot_\${env}.a (x INT); CREATE TABLE {{ schema }}.b (x INT);
         CREATE TABLE \`\${catalog}\`.\`x_{{env}}\`.c (x INT); CREATE TABLE \${var.catalog}.iot.d (x INT);
         CREATE TABLE IDENTIFIER(:catalog || '.iot.' || :name) (x INT); CREATE TABLE IDENTIFIER(:schema).e (x INT);
         USE CATALOG IDENTIFIER(:catalog); USE SCHEMA :env; CREATE TABLE :name (x INT);`,
        variables,
      ),
    ).toEqual([
      'main.iot_dev.a',
      'main.iot.b',
      'main.x_dev.c',
      'main.iot.d',
      'main.iot.readings',
      'main.iot.e',
      'main.dev.readings',
    ]);
  });

  it('names placeholders without a value, and only in statements that are not skipped', () => {
    for (const [sql, message] of [
      [
        `CREATE TABLE \${catalog}.b.c (a INT)`,
        /^Line 1, column 14: the placeholder \$\{catalog\} has no value\. Set it with --var catalog=…/,
      ],
      ['CREATE TABLE `{{catalog}}`.b.c (a INT)', /column 14: the placeholder \{\{catalog\}\} has no value/],
      [`CREATE TABLE \${var.catalog}.b.c (a INT)`, /\$\{var\.catalog\} has no value\. Set it with --var catalog=…/],
      ['CREATE TABLE IDENTIFIER(:t) (a INT)', /column 25: the placeholder :t has no value/],
      ["CREATE TABLE IDENTIFIER(concat('a', 'b')) (a INT)", /expected strings, variables with a text and parameters/],
      [`USE CATALOG \${catalog}`, /column 13: the placeholder/],
    ] as const) {
      expect(() => parseScript(sql)).toThrowError(TableDefinitionError, message);
    }
    expect(parseScript(`GRANT SELECT ON TABLE \${catalog}.b.c TO '\${group}'`).notes).toEqual([
      'Line 1, column 1: GRANT is skipped.',
    ]);
  });

  it('takes the defaults of widgets and SET, which given values override', () => {
    const sql = `CREATE WIDGET TEXT catalog DEFAULT 'main'; SET schema = iot; CREATE TABLE \${catalog}.\${schema}.a (x INT)`;
    expect(namesOf(sql)).toEqual(['main.iot.a']);
    expect(namesOf(sql, { catalog: 'dev' })).toEqual(['dev.iot.a']);
    const dotted = `SET var.c = main; SET my.app.s = iot; CREATE TABLE \${var.c}.\${my.app.s}.a (x INT)`;
    expect(namesOf(dotted)).toEqual(['main.iot.a']);
    expect(namesOf(dotted, { c: 'dev' })).toEqual(['dev.iot.a']);
    const declared = `DECLARE OR REPLACE VARIABLE c STRING DEFAULT 'main'; DECLARE s STRING; SET VAR s = 'iot'; DECLARE n = 5;
      CREATE TABLE IDENTIFIER(c || '.' || s || '.a') (x INT)`;
    expect(namesOf(declared)).toEqual(['main.iot.a']);
    expect(parseScript(declared).notes).toEqual([]);
  });

  it('adds columns to the tables that it makes', () => {
    const { tables, notes } = parseScript(`
      USE main.iot; CREATE TABLE t (a INT, s STRUCT<x: INT>);
      ALTER TABLE t ADD COLUMNS (b STRING COMMENT 'x' AFTER a, s.y DOUBLE);
      ALTER TABLE main.iot.T ADD COLUMN c DATE;
      ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a); ALTER TABLE other ADD COLUMN c DATE;`);
    expect(tables[0]?.columns.map(({ name, comment }) => [name, comment])).toEqual([
      ['a', undefined],
      ['b', 'x'],
      ['s', undefined],
      ['c', undefined],
    ]);
    expect(tables[0]?.constraints).toEqual(['CONSTRAINT pk PRIMARY KEY (a)']);
    expect(notes.map((note) => note.replace(/, column \d+/, ''))).toEqual(['Line 5: ALTER TABLE is skipped.']);
    expect(() => parseScript('CREATE TABLE a.b.c (x INT);\nALTER TABLE a.b.c ADD COLUMN X INT')).toThrowError(
      TableDefinitionError,
      /^Line 2, column 1: .*\.$/,
    );
  });

  it('sets the tags of columns', () => {
    const { tables, notes } = parseScript(`
      USE main.iot;
      CREATE TABLE t (a INT, rescued VARIANT, b INT);
      ALTER TABLE t ALTER COLUMN Rescued SET TAGS ('zerobus-rescue');
      SET TAG ON COLUMN main.iot.t.b \`pii\` = \`yes\`;
      ALTER TABLE other ALTER COLUMN x SET TAGS ('a' = 'b');
    `);
    expect(tables[0]?.columns.map(({ tags }) => tags)).toEqual([undefined, { 'zerobus-rescue': '' }, { pii: 'yes' }]);
    expect(notes).toEqual(['Line 6, column 7: ALTER TABLE is skipped.']);
  });

  it('sets the tags of columns without the word COLUMN, as a running server does', () => {
    const { tables, notes } = parseScript(`
      CREATE TABLE a.b.c (x INT);
      ALTER TABLE a.b.c ALTER x SET TAGS ('pii' = 'no');
      ALTER TABLE a.b.c ALTER COLUMN x SET NOT NULL; ALTER TABLE a.b.c SET TAGS ('pii');
    `);
    expect(tables[0]?.columns[0]).toEqual({
      name: 'x',
      type: { kind: 'integer' },
      nullable: false,
      tags: { pii: 'no' },
    });
    expect(notes).toEqual(['Line 4, column 54: ALTER TABLE … SET TAGS is skipped.']);
  });

  it('replaces and keeps tables of the same name as OR REPLACE and IF NOT EXISTS say', () => {
    const sql = `CREATE TABLE a.b.c (x INT); CREATE OR REPLACE TABLE a.b.C (y INT); CREATE TABLE IF NOT EXISTS a.b.c (z INT)`;
    expect(parseScript(sql).tables.map(({ columns }) => columns[0]?.name)).toEqual(['y']);
    const replaced = parseScript(`${sql}; REPLACE TABLE a.b.c (w INT) USING delta`);
    expect(replaced.tables.map(({ columns }) => columns[0]?.name)).toEqual(['w']);
    expect(replaced.notes).toEqual([]);
  });

  it('reads the source of notebooks', () => {
    const notebook = `\uFEFF-- Databricks notebook source
-- MAGIC %md
-- MAGIC # It's a title
-- COMMAND ----------
USE main.iot
-- COMMAND ----------
-- DBTITLE 1,Readings
%sql
CREATE TABLE a (x INT)
-- COMMAND ----------
-- MAGIC %python
-- MAGIC print("it's")
-- COMMAND ----------
-- MAGIC %sql
-- MAGIC CREATE TABLE b (x INT)`.replaceAll('\n', '\r\n');
    expect(namesOf(notebook)).toEqual(['main.iot.a', 'main.iot.b']);
    const python = `# Databricks notebook source
dbutils.widgets.text("catalog", "main") # it's
# COMMAND ----------
# MAGIC %sql
# MAGIC CREATE TABLE main.iot.c (x INT)
# COMMAND ----------
spark.sql("""CREATE TABLE main.iot.d (x INT)""")
# COMMAND ----------
# MAGIC %sql CREATE TABLE main.iot.e (x UUID)`;
    expect(namesOf(python.replace('UUID', 'INT'))).toEqual(['main.iot.c', 'main.iot.e']);
    expect(() => parseScript(python)).toThrowError(/^Line 9, column 41: unknown type/);
    const scala = `// Databricks notebook source
val text = "it's"
// COMMAND ----------
// MAGIC %sql
// MAGIC CREATE TABLE main.iot.f (x INT)`;
    expect(namesOf(scala)).toEqual(['main.iot.f']);
  });

  it('ends with tables or with a named place, whatever the text', () => {
    const parts =
      "CREATE|TABLE|OR|REPLACE|a.b.c|a|b|(|)|,|INT|BIGINT|STRING|STRUCT<x: INT>|VARCHAR(5)|NOT|NULL|DEFAULT|1|'x'|COMMENT|" +
      'GENERATED|ALWAYS|BY|AS|IDENTITY|START WITH|PRIMARY KEY|FOREIGN KEY|REFERENCES|CONSTRAINT|CHECK|MASK|USING|COLUMNS|' +
      'TAGS|PARTITIONED|CLUSTER|AUTO|TBLPROPERTIES|=|DELTA|LOCATION|WITH|ROW FILTER|ON|USE|CATALOG|SET|TAG|COLUMN|ALTER|;|' +
      'TABLE|DROP|RENAME|TO|TYPE|UNSET|AFTER|ADD|BEGIN|END|:x|IDENTIFIER|\n-- COMMAND ----------\n|%sql|/* */|<|>|COLLATE|DECLARE|WIDGET|`q`|||| .|-';
    const words = fc.array(fc.constantFrom(...parts.split('|')), { maxLength: 25 });
    fc.assert(
      fc.property(
        fc.constantFrom(
          '',
          'CREATE TABLE a.b.c (',
          'CREATE TABLE a.b.c (a INT, b INT) ',
          'CREATE TABLE a.b.c (a INT, b INT); ALTER TABLE a.b.c ',
        ),
        words,
        (start, rest) => {
          try {
            expect(parseScript(start + rest.join(' ')).tables.every(({ columns }) => columns.length > 0)).toBeTrue();
          } catch (error) {
            expect(error).toBeInstanceOf(TableDefinitionError);
            expect((error as Error).message).toMatch(/^Line \d+, column \d+: .*\.$/s);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
