import { isZerobusError } from '../errors/zerobusError.ts';
import { VERSION } from '../version.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { schemaCommand } from './schemaCommand.ts';

const PROGRAM = 'rxjs-zerobus';
const commands: readonly Command[] = [schemaCommand];

/** {@link CommandContext}, and where what went wrong is said. */
export interface ProgramContext extends CommandContext {
  /** Writes a line about what went wrong. */
  readonly printError: (line: string) => void;
}

/**
 * Runs the command that the arguments name.
 *
 * @param args what follows the name of the program
 * @returns the exit code: 0 where all went well, 1 where it did not, 2 where the arguments make no sense
 */
export async function runCommand(args: readonly string[], context: ProgramContext): Promise<number> {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    return runWithoutCommand(name, context);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    context.print(command.help);
    return 0;
  }
  try {
    await command.run(rest, context);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    context.printError(`${PROGRAM} ${command.name}: ${messageOf(error)}`);
    if (isUsage) {
      context.printError(`See ${PROGRAM} ${command.name} --help`);
    }
    return isUsage ? 2 : 1;
  }
}

function runWithoutCommand(name: string | undefined, context: ProgramContext): number {
  if (name === '--version' || name === '-v') {
    context.print(VERSION);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    context.print(programHelp());
    return 0;
  }
  // What stands in its place may be anything, a secret too: only what looks like a command is repeated.
  const shown = name !== undefined && /^[a-z-]{1,30}$/.test(name) ? ` ${name}` : '';
  context.printError(name === undefined ? `${PROGRAM}: which command?` : `${PROGRAM}: there is no command${shown}`);
  context.printError(`See ${PROGRAM} --help`);
  return 2;
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
    `${PROGRAM} <command> --help tells of a command's options; --version of the version.`,
  ].join('\n');
}

/** One line, without a stack. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n', 1)[0] ?? '';
  return isZerobusError(error) ? `${line} (${error.code})` : line;
}
