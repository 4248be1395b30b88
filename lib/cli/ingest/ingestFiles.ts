import { constants, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fetchTable } from '../../catalog/fetchTable.ts';
import { reasonOf } from '../../errors/reasonOf.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import type { CommandContext } from '../command/commandContext.ts';
import { SUCCESS } from '../command/exitCodes.ts';
import { checkHeader } from '../conversion/textColumns.ts';
import { findInputs } from '../reading/findInputs.ts';
import { InputReader, type OpenedInput } from '../reading/inputReader.ts';
import { readCheckpoint } from './checkpoint.ts';
import { checkRecords } from './checkRecords.ts';
import { withLocalTable } from './localTable.ts';
import { runIngest } from './runIngest.ts';
import type { IngestSettings } from './settings.ts';

/**
 * Writes files into a table, or checks them against it.
 *
 * @returns the exit code
 * @throws `Error` if it fails
 */
export async function ingestFiles(settings: IngestSettings, context: CommandContext): Promise<number> {
  const patterns = settings.patterns.length === 0 ? ['-'] : settings.patterns;
  const found = (await findInputs(patterns, context.stdin, settings)).map((input): OpenedInput => ({ input }));
  const { localFolder, rejected } = settings;
  if (rejected !== undefined) {
    await checkRejectedFile(rejected, found);
  }
  return localFolder === undefined
    ? writeInputs(found, settings, context)
    : withLocalTable({ ...settings, localFolder }, found, context, (local, inputs) =>
        writeInputs(inputs, { ...settings, ...local }, context),
      );
}

async function writeInputs(
  found: readonly OpenedInput[],
  settings: IngestSettings,
  context: CommandContext,
): Promise<number> {
  const { table, connection, resume, dryRun } = settings;
  const { workspaceUrl, clientId, clientSecret } = connection;
  const inputs = resume ? await withoutDurable(found, table, context) : found;
  if (inputs.length === 0) {
    return SUCCESS;
  }
  const definition = await fetchTable(workspaceUrl, table, { clientId, clientSecret });
  const reader = readerFor(inputs, definition);
  return dryRun
    ? checkRecords({ definition, inputs, reader }, context)
    : runIngest({ settings, definition, inputs, reader }, context);
}

function readerFor(inputs: readonly OpenedInput[], definition: TableDefinition<UntypedRow>): InputReader {
  return new InputReader(inputs, ({ name }, { header }) => {
    if (header !== undefined) {
      checkHeader(name, definition, header);
    }
  });
}

/** Finds out before anything is sent whether rejected records can be written. */
async function checkRejectedFile(path: string, inputs: readonly OpenedInput[]): Promise<void> {
  const wayOut = 'Pass another --rejected.';
  const there = await statsOf(path);
  if (there?.isDirectory() === true) {
    throw new Error(`${path} is a folder. ${wayOut}`);
  }
  for (const { input } of inputs) {
    const { dev, ino } = (input.file && (await statsOf(input.file.path))) ?? {};
    if (there !== undefined && there.dev === dev && there.ino === ino) {
      throw new Error(`${path} is an input, so rejected records cannot be written into it. ${wayOut}`);
    }
  }
  await access(there === undefined ? dirname(path) : path, constants.W_OK).catch((error) => {
    throw new Error(`${path} cannot be written: ${reasonOf(error)}. ${wayOut}`);
  });
}

/** Returns what a path is, behind its links, or `undefined` if it cannot be seen. */
function statsOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

/** Returns what an earlier run has left. */
async function withoutDurable(
  found: readonly OpenedInput[],
  table: string,
  { print }: CommandContext,
): Promise<readonly OpenedInput[]> {
  const left: OpenedInput[] = [];
  for (const { input } of found) {
    const checkpoint = input.file && (await readCheckpoint(input.file, { table, format: input.format }));
    if (checkpoint?.isDone === true) {
      print(`${input.name} is durable in ${table} already.`);
    } else if (checkpoint === undefined || checkpoint.line === 0) {
      left.push({ input });
    } else {
      print(`${input.name} is durable in ${table} up to line ${checkpoint.line}, and goes on behind it.`);
      left.push({ input, after: checkpoint });
    }
  }
  return left;
}
