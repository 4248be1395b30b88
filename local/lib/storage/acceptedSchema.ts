import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '../files/syncPath.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import type { Column } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';

const fileName = 'schema.json';

/**
 * Reads the columns that the rows in a write-ahead log were checked against.
 *
 * @returns undefined if none were saved
 */
export async function readAcceptedSchema(writeAheadFolder: string): Promise<readonly Column[] | undefined> {
  try {
    return parseDeltaSchema(await readFile(join(writeAheadFolder, fileName), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Saves the columns that rows are checked against from now on, before the first such row is in the write-ahead log. */
export async function saveAcceptedSchema(writeAheadFolder: string, columns: readonly Column[]): Promise<void> {
  const path = join(writeAheadFolder, fileName);
  const temporary = `${path}.tmp`;
  await writeFile(temporary, deltaSchemaJson(columns));
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(writeAheadFolder);
}
