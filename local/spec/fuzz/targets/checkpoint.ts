import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeltaTable } from '../../../lib/delta/createDeltaTable.ts';
import { DeltaSnapshot } from '../../../lib/delta/deltaSnapshot.ts';
import { checkpointPath } from '../../../lib/delta/logFileName.ts';
import { readCheckpoint } from '../../../lib/delta/readCheckpoint.ts';
import { writeCheckpoint } from '../../../lib/delta/writeCheckpoint.ts';
import { DuckDb } from '../../../lib/duckdb/duckDb.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const duckDb = new DuckDb();

async function checkpointOf(sql: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'zerobus-fuzz-'));
  try {
    await writeCheckpoint(await createDeltaTable(folder, parseCreateTable(sql)), duckDb);
    return readFileSync(checkpointPath(folder, 0));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A checkpoint, which DuckDB reads. Its errors make the server read the commits instead. */
export const checkpointTarget: FuzzTarget = {
  name: 'checkpoint',
  seeds: [await checkpointOf('CREATE TABLE a.b.c (n INT)')],
  isTyped: (error) => error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError),
  read: async (input) => {
    const folder = mkdtempSync(join(tmpdir(), 'zerobus-fuzz-'));
    try {
      const path = join(folder, 'checkpoint.parquet');
      writeFileSync(path, input);
      const snapshot = new DeltaSnapshot(folder);
      for (const action of await readCheckpoint([path], duckDb)) {
        snapshot.apply(action);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
