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
];
