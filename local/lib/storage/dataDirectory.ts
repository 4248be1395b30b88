import { join } from 'node:path';
import type { TableDefinition } from '../schema/deltaType.ts';

/** The folder of the Delta tables: `tables/catalog/schema/table/` is a table's root, which any Delta reader can open. */
export function tablesFolder(dataDir: string): string {
  return join(dataDir, 'tables');
}

/** Root of a table's Delta table. */
export function tableFolder(dataDir: string, table: Pick<TableDefinition, 'catalog' | 'schema' | 'name'>): string {
  return join(tablesFolder(dataDir), table.catalog, table.schema, table.name);
}

/** The folder of the write-ahead logs, one a table id. */
export function writeAheadFolder(dataDir: string): string {
  return join(dataDir, 'wal');
}

/** The write-ahead log of one table, by the id in its Delta log. */
export function tableWriteAheadFolder(dataDir: string, tableId: string): string {
  return join(writeAheadFolder(dataDir), tableId);
}

/** Where acknowledged rows are kept that could not be written to the table. */
export function rejectedFolder(dataDir: string, tableId: string): string {
  return join(tableWriteAheadFolder(dataDir, tableId), 'rejected');
}

/** Where the certificate of the authority is that was made for a server over TLS. */
export function dataTlsFolder(dataDir: string): string {
  return join(dataDir, 'tls');
}

/** The file that a process holds locked while it has the data directory open. */
export function lockFile(dataDir: string): string {
  return join(dataDir, 'lock.duckdb');
}
