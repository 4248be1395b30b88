import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { type RescuedRows, rescueRows } from '../storage/rescueRows.ts';
import { checkDataFolder } from './checkDataFolder.ts';

/** Options of `zerobus-local rescue`. */
export interface RescueOptions {
  /** Only rows of this table. */
  readonly only?: string;
  /** Folder to write one file a table into; default: everything goes to stdout. */
  readonly out?: string;
}

/** Writes the acknowledged rows that are in no Delta table as NDJSON, and says on stderr how many there are of each table. */
export async function rescue(data: string, { only, out }: RescueOptions): Promise<void> {
  await checkDataFolder(data);
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
  }
  const counts = new Map<string, { rows: number; readonly folder: string }>();
  const files = new Map<string, WriteStream>();
  for await (const rescued of rescueRows(data, only)) {
    const count = counts.get(rescued.fullName) ?? { rows: 0, folder: rescued.folder };
    count.rows += rescued.rows;
    counts.set(rescued.fullName, count);
    await write(targetOf(rescued, out, files), rescued.lines);
  }
  for (const file of files.values()) {
    file.end();
    await finished(file);
  }
  for (const [fullName, { rows, folder }] of counts) {
    const where = files.get(fullName)?.path ?? 'stdout';
    process.stderr.write(`zerobus-local: ${fullName}: ${rows} rows from ${folder} to ${where}\n`);
  }
  process.stderr.write(
    counts.size === 0
      ? 'zerobus-local: no acknowledged row waits, all are in their tables.\n'
      : 'zerobus-local: The rows are still in the log, and a server brings them into their table if it can. Delete the log when you ' +
          'have sent them again.\n',
  );
}

function targetOf(
  { fullName }: RescuedRows,
  out: string | undefined,
  files: Map<string, WriteStream>,
): NodeJS.WritableStream {
  if (out === undefined) {
    return process.stdout;
  }
  const file = files.get(fullName) ?? createWriteStream(join(resolve(out), `${fullName}.ndjson`), { flags: 'wx' });
  files.set(fullName, file);
  return file;
}

function write(stream: NodeJS.WritableStream, lines: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    stream.once('error', fail);
    stream.write(lines, (error) => {
      stream.off('error', fail);
      if (error) {
        fail(error);
      } else {
        done();
      }
    });
  });
}
