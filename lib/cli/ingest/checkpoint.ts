import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../../errors/reasonOf.ts';
import { syncFolder } from '../../letters/syncFolder.ts';
import { CHECKPOINT_ENDING } from '../reading/findInputs.ts';
import type { FileContent, InputFormat } from '../reading/inputFile.ts';
import type { ResumePlace } from '../reading/recordReader.ts';

const VERSION = 1;

/** How far a file is durable in a table. */
export interface Checkpoint extends ResumePlace {
  readonly table: string;
  readonly format: InputFormat;
  /** Whether the whole file is durable. */
  readonly isDone: boolean;
}

/** Returns the path of the checkpoint of a file. */
export function checkpointPath({ path }: FileContent): string {
  return `${path}${CHECKPOINT_ENDING}`;
}

/** Writes the checkpoint of a file, durably. At any time there is the former one or the new one. */
export async function writeCheckpoint(file: FileContent, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointPath(file);
  const temporary = `${path}.tmp`;
  const { size, digest } = file;
  const text = `${JSON.stringify({ version: VERSION, size, digest, ...checkpoint })}\n`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new Error(
      `The checkpoint ${path} cannot be written: ${reasonOf(error)}. Make the folder writable, or omit --resume.`,
    );
  }
}

/**
 * Reads the checkpoint of a file.
 *
 * @param table the table that is written into
 * @returns `undefined` if there is none
 * @throws `Error` if it is that of other content, of another table, or not a checkpoint
 */
export async function readCheckpoint(
  file: FileContent,
  expected: Pick<Checkpoint, 'table' | 'format'>,
): Promise<Checkpoint | undefined> {
  const path = checkpointPath(file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const wayOut = `Delete ${path} to write the file from its start.`;
  const { version, size, digest, table, format, line, byte, isDone } = parsed(text);
  const isCheckpoint = version === VERSION && isCount(line) && isCount(byte) && typeof isDone === 'boolean';
  if (!isCheckpoint) {
    throw new Error(`${path} is not a checkpoint of this version. ${wayOut}`);
  }
  if (size !== file.size || digest !== file.digest) {
    const how = size === file.size ? 'its content is another one' : `it had ${size} bytes and has ${file.size}`;
    throw new Error(`${file.path} has changed since its checkpoint: ${how}. ${wayOut}`);
  }
  if (table !== expected.table || format !== expected.format) {
    throw new Error(
      `${path} is that of ${format} into ${table}, not of ${expected.format} into ${expected.table}. ${wayOut}`,
    );
  }
  return { table: expected.table, format: expected.format, line, byte, isDone };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
