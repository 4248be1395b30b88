import { join } from 'node:path';
import type { DeltaTable } from '../schema/deltaType.ts';

/** The three parts of a table's name. */
export type TableName = Pick<DeltaTable, 'catalog' | 'schema' | 'name'>;

/**
 * The folder of the Delta tables. `tables/catalog/schema/table/` is the root of a table, which any Delta reader can
 * open.
 */
export function tablesRoot(dataDir: string): string {
  return join(dataDir, 'tables');
}

/** The root of a Delta table. */
export function tableFolder(dataDir: string, table: TableName): string {
  return join(tablesRoot(dataDir), table.catalog, table.schema, table.name);
}

/** The folder of the write-ahead logs. */
export function writeAheadRoot(dataDir: string): string {
  return join(dataDir, 'wal');
}

/**
 * The write-ahead log of one table: `wal/catalog/schema/table/id`. Its place depends on the table's folder as well as
 * on the id in the table's Delta log, since a copy of the folder has the same id.
 */
export function writeAheadFolder(dataDir: string, table: TableName, tableId: string): string {
  return join(writeAheadRoot(dataDir), table.catalog, table.schema, table.name, tableId);
}

/** The folder for acknowledged rows that could not be written to the table. */
export function rejectedFolder(tableWriteAhead: string): string {
  return join(tableWriteAhead, 'rejected');
}

/**
 * The folder for Parquet files of acknowledged rows that could not be written to the table. It is in the table's root,
 * as at the service.
 */
export function rejectedParquetFolder(tablePath: string): string {
  return join(tablePath, '_zerobus', 'table_rejected_parquets');
}

/** The folder of the watermarks. */
export function watermarksRoot(dataDir: string): string {
  return join(dataDir, 'watermarks');
}

/**
 * The file with the watermarks of a table's write-ahead log. It is apart from the log, so that a log that was deleted
 * by mistake is noticed.
 */
export function watermarksFile(dataDir: string, table: TableName, tableId: string): string {
  return join(watermarksRoot(dataDir), table.catalog, table.schema, table.name, tableId);
}

/** The folder that flushes spill into. Nothing in it outlives its process. */
export function spillFolder(dataDir: string): string {
  return join(dataDir, 'spill');
}

/** The folder of the records of compactions in progress. */
export function compactionRoot(dataDir: string): string {
  return join(dataDir, 'compaction');
}

/** The folder of the records of a table's compactions in progress: `compaction/catalog/schema/table`. */
export function compactionFolder(dataDir: string, table: TableName): string {
  return join(compactionRoot(dataDir), table.catalog, table.schema, table.name);
}

/** The file that a process keeps locked while it compacts tables of the data directory. */
export function compactionLockFile(dataDir: string): string {
  return join(compactionRoot(dataDir), 'lock.duckdb');
}

/** The folder that compactions spill into. Nothing in it outlives its process. */
export function compactionSpillFolder(dataDir: string): string {
  return join(compactionRoot(dataDir), 'spill.tmp');
}

/** The folder for the authority of the server's certificates, if it makes its own. */
export function tlsFolder(dataDir: string): string {
  return join(dataDir, 'tls');
}

/** The folder for the key of the tokens. */
export function authFolder(dataDir: string): string {
  return join(dataDir, 'auth');
}

/** The file of the key that signs access tokens. Only its owner can read it. */
export function tokenKeyFile(dataDir: string): string {
  return join(authFolder(dataDir), 'token.key');
}

/** The file that a process keeps locked while it has the data directory open. */
export function lockFile(dataDir: string): string {
  return join(dataDir, 'lock.duckdb');
}

/** The file that says how to reach the server that has the data directory open. */
export function serverFile(dataDir: string): string {
  return join(dataDir, 'server.json');
}
