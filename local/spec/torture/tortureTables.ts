import type { DeltaTable } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';

/** Names of the tortured tables, in the schema `main.torture`. */
export const tortureTableNames: readonly string[] = ['alpha', 'beta'];

/** Their definitions. */
export const tortureTables: readonly DeltaTable[] = tortureTableNames.map((name) =>
  parseCreateTable(`CREATE TABLE main.torture.${name} (n BIGINT NOT NULL, m INT, payload STRING, s STRUCT<x: INT>)`),
);
