import { TableDefinitionError } from '../../lib/errors.ts';
import { parseScript } from '../../lib/schema/parseScript.ts';

/** Statements that make no table to ingest into, with their names in the notes. */
const skipped: readonly (readonly [label: string, ...statements: string[]])[] = [
  [
    'CREATE STREAMING TABLE (filled by a pipeline only)',
    'CREATE STREAMING TABLE main.iot.s AS SELECT * FROM STREAM main.iot.a',
    'CREATE OR REFRESH STREAMING TABLE s',
    "CREATE OR REFRESH STREAMING TABLE main.iot.s (a INT, CONSTRAINT c EXPECT (a > 0)) COMMENT 'x'",
    "CREATE OR REPLACE STREAMING TABLE s SCHEDULE EVERY 1 HOUR AS SELECT * FROM STREAM read_files('/x')",
    'create or refresh streaming table if not exists $catalog.s as select 1',
  ],
  [
    'CREATE LIVE TABLE (filled by a pipeline only)',
    'CREATE LIVE TABLE s AS SELECT 1',
    'CREATE OR REFRESH LIVE TABLE s',
  ],
  ['CREATE STREAMING LIVE TABLE (filled by a pipeline only)', 'CREATE OR REFRESH STREAMING LIVE TABLE s AS SELECT 1'],
  ['CREATE TEMPORARY TABLE (not writable by Zerobus)', 'CREATE OR REPLACE TEMPORARY TABLE t (a INT)'],
  ['CREATE FOREIGN TABLE (not writable by Zerobus)', 'CREATE FOREIGN TABLE t (a INT)'],
  [
    'CREATE VIEW',
    'CREATE VIEW main.iot.v AS SELECT 1',
    'CREATE OR REPLACE GLOBAL TEMPORARY VIEW IF NOT EXISTS v (a, b) AS SELECT 1, 2',
    'CREATE OR REFRESH MATERIALIZED VIEW v (a INT) PARTITIONED BY (a) AS SELECT 1',
    "CREATE TEMPORARY VIEW t USING csv OPTIONS (path '/x')",
    'CREATE TEMPORARY STREAMING LIVE VIEW v AS SELECT 1',
    'CREATE VIEW v WITH METRICS LANGUAGE YAML AS $$ version: 1; a: b $$',
  ],
  ['CREATE FUNCTION', 'CREATE OR REPLACE TEMPORARY FUNCTION f(a INT DEFAULT 1) RETURNS TABLE (b INT) RETURN SELECT 1'],
  ['CREATE VOLUME', "CREATE EXTERNAL VOLUME v LOCATION 's3://x'"],
  ['CREATE LOCATION', "CREATE EXTERNAL LOCATION IF NOT EXISTS l URL 's3://x' WITH (STORAGE CREDENTIAL c)"],
  ['CREATE CREDENTIAL', 'CREATE STORAGE CREDENTIAL c'],
  ['CREATE SHARE', 'CREATE SHARE IF NOT EXISTS s'],
  ['CREATE RECIPIENT', "CREATE RECIPIENT r USING ID 'x'"],
  ['CREATE POLICY', "CREATE POLICY p ON TABLE main.iot.a ROW FILTER f TO x FOR TABLES WHEN has_tag('x')"],
  ['CREATE CONNECTION', "CREATE CONNECTION c TYPE mysql OPTIONS (host 'x')"],
  ['CREATE CATALOG', 'CREATE FOREIGN CATALOG c USING CONNECTION d'],
  ['CREATE ROLE', 'CREATE ROLE r'],
  ['CREATE GROUP', 'CREATE GROUP g'],
  ['CREATE PROCEDURE', 'CREATE OR REPLACE PROCEDURE p() LANGUAGE SQL AS BEGIN CREATE TABLE x.y.z (a INT); END'],
  ['CREATE FLOW', 'CREATE FLOW f AS AUTO CDC INTO t FROM STREAM s KEYS (a) SEQUENCE BY b'],
  ['AUTO', 'AUTO CDC INTO LIVE.t FROM STREAM s KEYS (a) SEQUENCE BY b'],
  ['APPLY', 'APPLY CHANGES INTO LIVE.t FROM STREAM(LIVE.s) KEYS (a) SEQUENCE BY b'],
  ['GENERATE', 'GENERATE symlink_format_manifest FOR TABLE a'],
  ['ADD', "ADD JAR '/x.jar'"],
  ['ALTER STREAMING TABLE', 'ALTER STREAMING TABLE s ADD COLUMN b INT'],
];

describe('what is no table to ingest into', () => {
  for (const [label, ...statements] of skipped) {
    it(`is skipped with a note: ${label}`, () => {
      for (const statement of statements) {
        const { tables, notes } = parseScript(
          `CREATE TABLE main.iot.a (a INT);\n${statement};\nCREATE TABLE x.y.b (b INT)`,
        );
        expect(tables.map(({ name }) => name)).toEqual(['a', 'b']);
        expect(notes).toEqual([`Line 2, column 1: ${label} is skipped.`]);
      }
    });
  }
});

/** Tables without columns in their statement, with the place and the reason of the refusal. */
const withoutColumns: readonly (readonly [statement: string, message: RegExp])[] = [
  ['CREATE TABLE main.iot.s AS SELECT 1', /^Line 1, column 25: AS SELECT is not supported, .*, at 'AS'\.$/],
  [
    "CREATE OR REPLACE TABLE main.iot.s USING DELTA PARTITIONED BY (a) COMMENT 'x' AS WITH x AS (SELECT 1) SELECT 1",
    /^Line 1, column 79: AS SELECT is not supported/,
  ],
  ['CREATE TABLE IF NOT EXISTS main.iot.s DEEP CLONE main.iot.a', /DEEP CLONE is not supported/],
  ['CREATE TABLE main.iot.s LIKE main.iot.a', /LIKE is not supported/],
  [
    "CREATE TABLE main.iot.s USING DELTA LOCATION 's3://x'",
    /expected '\(' and the columns with their types, at 'USING'/,
  ],
  ['CREATE TABLE main.iot.s', /expected '\(' and the columns with their types, at the end/],
];

describe('a table without columns in its statement', () => {
  for (const [statement, message] of withoutColumns) {
    it(`is skipped beside others, and refused alone: ${statement}`, () => {
      const { tables, notes } = parseScript(`${statement}; CREATE TABLE main.iot.a (a INT)`);
      expect(tables.map(({ name }) => name)).toEqual(['a']);
      expect(notes).toEqual([
        'Line 1, column 1: CREATE TABLE main.iot.s is skipped, since its columns are not in the statement.',
      ]);
      expect(() => parseScript(`CREATE VIEW v AS SELECT 1;${statement}`)).toThrowError(TableDefinitionError);
      expect(() => parseScript(statement)).toThrowError(TableDefinitionError, message);
    });
  }

  it('is refused if something else is in the place of its columns', () => {
    expect(() => parseScript('CREATE TABLE a.b.c a INT; CREATE TABLE a.b.d (a INT)')).toThrowError(
      TableDefinitionError,
      /^Line 1, column 20: expected '\(' and the columns with their types, at 'a'\.$/,
    );
  });
});
