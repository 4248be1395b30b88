import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rescueRows } from '../storage/rescueRows.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/** Options of `zerobus-local rescue`. */
export interface RescueOptions {
  /** Only the rows of this table. */
  readonly only?: string;
  /** Folder to write one file per table into. Defaults to stdout. */
  readonly out?: string;
}

interface RescuedTable {
  rows: number;
  /** The folder of the write-ahead log. */
  readonly folder: string;
  /** Undefined for stdout. */
  readonly file: { readonly path: string; readonly handle: FileHandle } | undefined;
}

/**
 * Writes the acknowledged rows that are in no Delta table yet as NDJSON, and reports their number by table on stderr.
 */
export async function rescue(data: string, { only, out }: RescueOptions): Promise<void> {
  await checkDataDirectory(data);
  const tables = new Map<string, RescuedTable>();
  const unreadable: string[] = [];
  const onUnreadable = (path: string, error: Error): void => {
    unreadable.push(path);
    process.stderr.write(`zerobus-local: ${path} can't be read, and may hold acknowledged rows: ${error.message}\n`);
  };
  try {
    for await (const { fullName, folder, rows, lines } of rescueRows(data, only, onUnreadable)) {
      const table = tables.get(fullName) ?? { rows: 0, folder, file: await createFile(fullName, out) };
      tables.set(fullName, table);
      table.rows += rows;
      await (table.file === undefined ? print(lines) : table.file.handle.writeFile(lines));
    }
  } finally {
    for (const { file } of tables.values()) {
      await file?.handle.close();
    }
  }
  for (const [fullName, { rows, folder, file }] of tables) {
    process.stderr.write(`zerobus-local: ${fullName}: ${rows} rows from ${folder} to ${file?.path ?? 'stdout'}\n`);
  }
  if (unreadable.length > 0) {
    process.exitCode = 1;
    if (tables.size === 0) {
      return;
    }
  }
  process.stderr.write(
    tables.size === 0
      ? 'zerobus-local: All acknowledged rows are in their tables.\n'
      : 'zerobus-local: The rows are still in the write-ahead log, and a server flushes them if it can. Delete the log ' +
          'after you have sent the rows again.\n',
  );
}

async function createFile(fullName: string, out: string | undefined): Promise<RescuedTable['file']> {
  if (out === undefined) {
    return undefined;
  }
  await mkdir(out, { recursive: true });
  const path = join(resolve(out), `${fullName}.ndjson`);
  try {
    return { path, handle: await open(path, 'wx') };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? new Error(`${path} exists already. Choose another folder with --out.`)
      : error;
  }
}

function print(lines: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write(lines, (error) => (error ? fail(error) : done()));
  });
}
