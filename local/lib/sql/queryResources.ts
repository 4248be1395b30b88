import { availableParallelism, totalmem } from 'node:os';
import type { DuckDbOptions } from '../duckdb/duckDb.ts';

/** Resources of a query: all processors, and half of the machine's memory, as it never spills to the disk. */
export const queryResources: DuckDbOptions = {
  threads: availableParallelism(),
  memoryLimitMebibytes: Math.floor(totalmem() / 2 ** 21),
};
