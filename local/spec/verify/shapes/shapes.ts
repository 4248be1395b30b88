import fc from 'fast-check';
import type { Shape } from './shape.ts';

const COMMITS = 25;

/** The rows of docs/readers.md. */
export const shapes: readonly Shape[] = [
  {
    name: 'plain',
    ddl: 'plain (n INT NOT NULL, device STRING, temp DOUBLE, at TIMESTAMP)',
    fill: (table) => table.writeRandom(),
  },
  {
    name: 'every scalar type',
    ddl: `scalars (n INT NOT NULL, a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE, g STRING, h VARCHAR(50),
      i BOOLEAN, j BINARY, k DATE, l TIMESTAMP, m DECIMAL(5, 2), o DECIMAL(18, 4), p DECIMAL(38, 10))`,
    fill: (table) => table.writeRandom(3),
  },
  {
    name: 'nested: ARRAY, MAP, STRUCT',
    ddl: `nested (n INT NOT NULL, a ARRAY<STRING>, b MAP<STRING, BIGINT>, c STRUCT<x: INT, y: STRING>,
      d ARRAY<STRUCT<x: BIGINT, y: ARRAY<DECIMAL(20, 3)>>>, e MAP<INT, ARRAY<DOUBLE>>,
      f STRUCT<x: STRUCT<y: DATE, z: MAP<STRING, BOOLEAN>>>)`,
    fill: (table) => table.writeRandom(3),
  },
  {
    name: 'VARIANT',
    ddl: 'variants (n INT NOT NULL, v VARIANT)',
    fill: async (table) => {
      const texts = fc.sample(fc.json({ maxDepth: 2 }), { seed: 7, numRuns: 50 });
      await table.write(texts.map((v) => [JSON.stringify({ v }), { v }]));
    },
  },
  {
    name: 'VARIANT in ARRAY, MAP, STRUCT',
    ddl: `nested_variants (n INT NOT NULL, a ARRAY<VARIANT>, m MAP<STRING, ARRAY<VARIANT>>,
      s STRUCT<x: INT, v: VARIANT, y: STRING>, b ARRAY<STRUCT<v: VARIANT>>)`,
    fill: async (table) => {
      const texts = fc.sample(fc.json({ maxDepth: 2 }), { seed: 8, numRuns: 50 });
      const rows = texts.map((v, index) => ({
        a: [[v, null], [], [null, 'null', v], null][index % 4],
        m: [{ k: [v], l: [], m: null }, {}, null][index % 3],
        s: [{ x: 1, v, y: 'y' }, { x: null, v: null, y: 'z' }, null][index % 3],
        b: [[{ v }, { v: null }, null], [], null][index % 3],
      }));
      await table.write(rows.map((row) => [JSON.stringify(row), row]));
    },
  },
  {
    name: 'TIMESTAMP_NTZ',
    ddl: 'without_zone (n INT NOT NULL, a TIMESTAMP_NTZ, b ARRAY<TIMESTAMP_NTZ>)',
    fill: (table) => table.writeRandom(3),
  },
  {
    name: `${COMMITS} commits, those before the checkpoint deleted`,
    ddl: 'checkpointed (n INT NOT NULL, device STRING, temp DOUBLE, price DECIMAL(18, 4))',
    fill: async (table) => {
      await table.writeRandom(COMMITS);
      table.removeOldCommits();
    },
  },
  {
    name: 'partitioned',
    ddl: 'partitioned (n INT NOT NULL, day DATE, kind VARCHAR(20), count INT, temp DOUBLE) PARTITIONED BY (day, kind, count)',
    fill: (table) => table.writeRandom(3),
  },
  {
    name: 'clustered',
    ddl: 'clustered (n INT NOT NULL, device STRING, temp DOUBLE) CLUSTER BY (device, temp)',
    fill: (table) => table.writeRandom(3),
  },
  {
    name: 'compacted',
    ddl: 'compacted (n INT NOT NULL, device STRING, temp DOUBLE, tags ARRAY<STRING>)',
    fill: async (table) => {
      await table.writeRandom(COMMITS);
      await table.optimize();
      await table.writeRandom();
    },
  },
  {
    name: 'altered: columns and struct fields added',
    ddl: 'altered (n INT NOT NULL, a STRING, s STRUCT<x: INT>)',
    fill: async (table) => {
      await table.writeRandom();
      await table.alter('ADD COLUMNS (b BIGINT, s.y STRING)');
      await table.writeRandom();
      await table.alter('ADD COLUMN c TIMESTAMP_NTZ');
      await table.writeRandom();
    },
  },
  {
    name: 'with a rescue column',
    ddl: 'rescued (n INT NOT NULL, a STRING, rest VARIANT)',
    fill: async (table) => {
      await table.alter("ALTER COLUMN rest SET TAGS ('zerobus-rescue')");
      await table.write([
        ['{"a":"fits"}', { a: 'fits' }],
        ['{"a":2,"b":{"c":[1.5]}}', { rest: '{"a":2,"b":{"c":[1.5]}}' }],
      ]);
    },
  },
  {
    name: 'with defaults, identity and generated columns',
    ddl: `filled (n INT NOT NULL, id BIGINT GENERATED ALWAYS AS IDENTITY, a STRING DEFAULT 'x',
      twice INT GENERATED ALWAYS AS (n * 2)) TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')`,
    fill: (table) =>
      table.write([
        ['{}', { id: '1', a: 'x', twice: 0 }],
        ['{"a":"y"}', { id: '2', a: 'y', twice: 2 }],
      ]),
  },
];
