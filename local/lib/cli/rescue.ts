import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rejectWaitingRows } from '../storage/rejectWaitingRows.ts';
import { rescueRows } from '../storage/rescueRows.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';

/** Options of `zerobus-local rescue`. */
export interface RescueOptions {
  /** Only the rows of this table. */
  readonly only?: string;
  /** Whether rows that their tables can't take are moved out of the write-ahead logs. */
  readonly reject?: boolean;
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
export async function rescue(data: string, { only, out, reject }: RescueOptions): Promise<void> {
  await checkDataDirectory(data);
  if (reject === true) {
    return rejectRows(data, only);
  }
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

/** Moves rows that their tables can't take into the tables' folders for rejected rows, and reports them on stderr. */
async function rejectRows(data: string, only: string | undefined): Promise<void> {
  let count = 0;
  const report = ({ message }: Error) => void process.stderr.write(`zerobus-local: ${message}\n`);
  for await (const { fullName, rows, path, reason } of rejectWaitingRows(data, only, report)) {
    count += 1;
    process.stderr.write(`zerobus-local: ${fullName}: ${rows} rows moved to ${path}, because ${reason}\n`);
  }
  process.stderr.write(
    count === 0
      ? 'zerobus-local: No rows wait that their tables can not take.\n'
      : 'zerobus-local: Correct the rows and send them again. A server that is started now takes new ones.\n',
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
