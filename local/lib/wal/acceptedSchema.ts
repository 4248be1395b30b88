import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableStoreError } from '../errors.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';

const FILE_NAME = 'schema.json';

/**
 * Reads the columns that the rows in a write-ahead log were checked against.
 *
 * @returns undefined if no columns were saved
 * @throws {@link TableStoreError} if they can't be read
 */
export async function readAcceptedSchema(writeAheadFolder: string): Promise<readonly DeltaColumn[] | undefined> {
  const path = join(writeAheadFolder, FILE_NAME);
  try {
    return parseDeltaSchema(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new TableStoreError(
      `${path} can't be read, so the columns of the waiting rows are unknown. If the table's columns have not changed since ` +
        'the rows were sent, delete the file and restart.',
      { cause },
    );
  }
}

/**
 * Saves the columns that rows are checked against from now on. This happens before the first such row is in the
 * write-ahead log.
 */
export async function saveAcceptedSchema(writeAheadFolder: string, columns: readonly DeltaColumn[]): Promise<void> {
  await replaceFile(join(writeAheadFolder, FILE_NAME), deltaSchemaJson(columns));
}
