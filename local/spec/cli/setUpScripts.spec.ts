import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from '../support/cliProcess.ts';

/** A workspace as its owners set it up: an exported notebook with bronze, silver and gold tables. */
const notebook = `-- Databricks notebook source
-- MAGIC %md it's the set-up; of all layers
-- COMMAND ----------
SET var.env = dev;
CREATE CATALOG IF NOT EXISTS IDENTIFIER(:catalog); USE CATALOG IDENTIFIER(:catalog);
CREATE SCHEMA IF NOT EXISTS bronze MANAGED LOCATION 's3://x;y'; USE SCHEMA bronze;
-- COMMAND ----------
DROP TABLE IF EXISTS events;
CREATE TABLE IF NOT EXISTS events (
  id STRING NOT NULL DEFAULT uuid() COMMENT 'größer; 注文', -- a key
  payload VARIANT DEFAULT parse_json('{}'),
  tags ARRAY<STRING>,
  at TIMESTAMP, /* in /* nested; */ UTC */
  day DATE GENERATED ALWAYS AS (CAST(at AS DATE))
) USING DELTA PARTITIONED BY (day) TBLPROPERTIES ('env' = '\${var.env}');
ALTER TABLE events ALTER COLUMN tags SET DEFAULT array();
ALTER TABLE events ADD CONSTRAINT pk PRIMARY KEY (id);
COMMENT ON TABLE events IS 'raw; all of it';
-- COMMAND ----------
CREATE OR REPLACE TABLE silver.events CLUSTER BY (id) AS SELECT * FROM bronze.events;
CREATE OR REFRESH STREAMING TABLE silver.stream AS SELECT * FROM STREAM bronze.events;
GRANT MODIFY ON TABLE events TO \`account users\`;
BEGIN INSERT INTO events (id) VALUES ('a;b'); END
-- COMMAND ----------
`.replaceAll('\n', '\r\n');

describe('A script that sets up a workspace', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
  });

  afterEach(async () => {
    await CliProcess.killAll();
    await rm(folder, { recursive: true });
  });

  it('makes its tables, which ddl and sql show', async () => {
    const file = join(folder, 'setup.sql');
    const data = join(folder, 'data');
    await writeFile(file, notebook);
    const server = new CliProcess([
      ...['--data', data, '--port', '0', '--http-port', '0', '--no-auth'],
      ...['--tables', file, '--var', 'catalog=main'],
    ]);
    await server.listening();
    server.kill('SIGINT');
    const { code, stderr } = await server.ended;
    expect([code, stderr.match(/(?<=column \d+: ).*(?= is skipped)/g)]).toEqual([
      0,
      [
        'CREATE CATALOG',
        'CREATE SCHEMA',
        'DROP TABLE',
        'CREATE TABLE main.silver.events',
        'CREATE STREAMING TABLE (filled by a pipeline only)',
        'GRANT',
        'BEGIN',
      ],
    ]);
    const { stdout } = await CliProcess.run(['ddl', '--data', data, 'events']);
    expect(stdout).toBe(`CREATE TABLE main.bronze.events (
  id STRING NOT NULL DEFAULT uuid() COMMENT 'größer; 注文',
  payload VARIANT DEFAULT parse_json('{}'),
  tags ARRAY<STRING> DEFAULT array(),
  at TIMESTAMP,
  day DATE GENERATED ALWAYS AS (CAST(at AS DATE)),
  CONSTRAINT pk PRIMARY KEY (id)
)
USING delta
PARTITIONED BY (day)
COMMENT 'raw; all of it'
TBLPROPERTIES (
  'env' = 'dev'
);
`);
    const counted = await CliProcess.run(['sql', '--data', data, 'SELECT count(*) FROM main.bronze.events']);
    expect(counted.stdout).toContain('(1 row)');
  });
});
