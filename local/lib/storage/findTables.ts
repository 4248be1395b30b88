import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaSnapshot } from '../delta/deltaSnapshot.ts';
import { readDeltaLog } from '../delta/readDeltaLog.ts';
import type { DuckDb } from '../duckdb/duckDb.ts';
import type { TableDefinition } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import { tableFolder, tablesFolder } from './dataDirectory.ts';

/** A table that is on the disk. */
export interface FoundTable {
  readonly definition: TableDefinition;
  readonly snapshot: DeltaSnapshot;
}

/** Finds the Delta tables of a data directory. Takes no lock: a log can be read while it is written. */
export async function findTables(dataDir: string, duckDb: DuckDb): Promise<readonly FoundTable[]> {
  const tables: FoundTable[] = [];
  const root = tablesFolder(dataDir);
  for (const catalog of await subfolders(root)) {
    for (const schema of await subfolders(join(root, catalog))) {
      for (const name of await subfolders(join(root, catalog, schema))) {
        const snapshot = await readDeltaLog(tableFolder(dataDir, { catalog, schema, name }), duckDb);
        if (snapshot !== undefined) {
          const columns = parseDeltaSchema(snapshot.metaData.schemaString);
          tables.push({ definition: { catalog, schema, name, columns }, snapshot });
        }
      }
    }
  }
  return tables;
}

async function subfolders(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return [];
    }
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
