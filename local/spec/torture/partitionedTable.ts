import type { DeltaTable } from '../../lib/schema/deltaType.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';

/** A table whose rows go into three partitions, and get numbers. */
export const partitionedTable: DeltaTable = parseCreateTable(
  `CREATE TABLE main.torture.parts (
     id BIGINT GENERATED ALWAYS AS IDENTITY,
     n BIGINT NOT NULL,
     part STRING GENERATED ALWAYS AS (concat('a/b ', n % 3))
   ) PARTITIONED BY (part)`,
);
