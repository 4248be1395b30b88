import { reasonOf } from '../errors/reasonOf.ts';
import { isZerobusError } from '../errors/zerobusError.ts';
import { VERSION } from '../version.ts';
import type { Command } from './command/command.ts';
import type { CommandContext } from './command/commandContext.ts';
import { FAILURE, INVALID_ARGUMENTS, SUCCESS } from './command/exitCodes.ts';
import { UsageError } from './command/usageError.ts';
import { ingestCommand } from './ingestCommand.ts';
import { schemaCommand } from './schemaCommand.ts';

const PROGRAM = 'rxjs-zerobus';
const commands: readonly Command[] = [ingestCommand, schemaCommand];

/**
 * Runs the command that the arguments name.
 *
 * @param args the arguments after the name of the program
 * @returns the exit code: that of the command, 1 if it fails, 2 if the arguments are not valid
 */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    return runWithoutCommand(name, context);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    context.print(command.help);
    return SUCCESS;
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    context.printError(`${PROGRAM} ${command.name}: ${messageOf(error)}`);
    if (isUsage) {
      context.printError(`Run ${PROGRAM} ${command.name} --help for usage.`);
    }
    return isUsage ? INVALID_ARGUMENTS : FAILURE;
  }
}

function runWithoutCommand(name: string | undefined, context: CommandContext): number {
  if (name === '--version' || name === '-v') {
    context.print(VERSION);
    return SUCCESS;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    context.print(programHelp());
    return SUCCESS;
  }
  // The argument may be anything, even a secret, so it is repeated only if it looks like a command.
  const shown = name !== undefined && /^[a-z-]{1,30}$/.test(name) ? ` ${name}` : '';
  context.printError(
    name === undefined ? `${PROGRAM}: The command is missing.` : `${PROGRAM}: Unknown command${shown}.`,
  );
  context.printError(`Run ${PROGRAM} --help for usage.`);
  return INVALID_ARGUMENTS;
}

function programHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Databricks Zerobus Ingest from the command line.',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    `Run ${PROGRAM} <command> --help for the options of a command, ${PROGRAM} --version for the version.`,
  ].join('\n');
}

/** Returns the message of an error in one line, without a stack. */
function messageOf(error: unknown): string {
  const message = reasonOf(error);
  const line = message.split('\n', 1)[0] ?? '';
  return isZerobusError(error) ? `${line} (${error.code})` : line;
}
