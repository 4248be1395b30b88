import { isDeepStrictEqual } from 'node:util';
import { TableDefinitionError } from '../../../lib/errors.ts';
import { createTableSql } from '../../../lib/schema/createTableSql.ts';
import type { DeltaTable } from '../../../lib/schema/deltaType.ts';
import { parseAlterTable } from '../../../lib/schema/parseAlterTable.ts';
import { parseScript } from '../../../lib/schema/parseScript.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

/** A script of SQL. What is read of it is written as a script, which must be read alike. */
export const ddlTarget: FuzzTarget = {
  name: 'ddl',
  seeds: [
    `CREATE TABLE main.iot.readings (device STRING NOT NULL COMMENT 'it''s', \`temp\` DECIMAL(10,2) DEFAULT 1.5,
      at TIMESTAMP DEFAULT current_timestamp(), day DATE GENERATED ALWAYS AS (CAST(at AS DATE)),
      id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 2), CONSTRAINT pk PRIMARY KEY (device))
      USING delta PARTITIONED BY (day) COMMENT "readings" TBLPROPERTIES ('delta.appendOnly' = 'true');`,
    `-- a comment /* of */
      USE CATALOG main; USE SCHEMA iot; /* and /* another */ */
      CREATE OR REPLACE TABLE IF NOT EXISTS t (a ARRAY<STRUCT<b: INT NOT NULL, c: MAP<STRING, CHAR(3)>>>) CLUSTER BY (a.b);
      ALTER TABLE t ADD COLUMNS (x VARIANT COMMENT 'r"x' FIRST, y INT AFTER a);
      ALTER TABLE t ALTER COLUMN x SET TAGS ('zerobus-rescue' = '');
      SET TAG ON COLUMN t.y 'a' = b; GRANT SELECT ON t TO me; INSERT INTO t VALUES (1, 'x;y');`,
    `DECLARE VARIABLE v STRING DEFAULT 'main'; CREATE TABLE \${catalog}.{{schema}}.t (n INT, o VARCHAR(10));`,
    '# Databricks notebook source\n# MAGIC %sql\n# MAGIC CREATE TABLE a.b.c (n INT)\n\n# COMMAND ----------\nprint(1)',
    'CREATE PROCEDURE p() BEGIN SELECT CASE WHEN 1 THEN 2 END; END; CREATE TABLE a.b.c (n INT);',
    'ALTER TABLE a.b.c ADD COLUMN s.f STRING',
  ],
  words: [
    'CREATE TABLE a.b.c (',
    'ARRAY<',
    'MAP<STRING,',
    'STRUCT<a:',
    '>',
    '(',
    ')',
    ';',
    ',',
    "'",
    '`',
    '"',
    '$$',
    '/*',
    '*/',
    '--',
    ' NOT NULL ',
    ' DEFAULT ',
    ' GENERATED ALWAYS AS (',
    ' COMMENT ',
    "r'",
    '\\',
    `\${catalog}`,
    ':catalog',
    ' BEGIN ',
    ' END ',
    '\n',
  ],
  isTyped: (error) => error instanceof TableDefinitionError,
  read: (input) => {
    const sql = input.toString('utf8');
    const { tables } = parseScript(sql, { catalog: 'main', schema: 'iot' });
    for (const table of tables) {
      const written = createTableSql(table);
      const [again] = parseScript(written).tables;
      expectRight(isDeepStrictEqual(plain(again), plain(table)), `it is written as ${written}`);
    }
    if (tables.length === 0) {
      parseAlterTable(sql);
    }
  },
};

/** A table of which no properties and empty ones are the same. */
function plain(table: DeltaTable | undefined): object {
  return { properties: {}, ...table };
}
