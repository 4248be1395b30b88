import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommand } from '../../lib/cli/runCommand.ts';
import type { StartedServer } from './startServer.ts';

const program = resolve('bin/rxjsZerobus.js');

/** A line of progress, of which a slow machine sees some. */
const progressLine = /^[\d.]+ [kMGT]?B( of [\d.]+ [kMGT]?B)?, [\d,]+ records, /;

/** What a command has printed, without lines of progress, and its exit code. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** The environment variables with the connection of a server. */
export function environmentOf({ connection }: StartedServer): Readonly<Record<string, string>> {
  return {
    ZEROBUS_ENDPOINT: connection.endpoint,
    DATABRICKS_HOST: connection.workspaceUrl,
    DATABRICKS_CLIENT_ID: connection.clientId,
    DATABRICKS_CLIENT_SECRET: connection.clientSecret,
  };
}

/** Runs a command in this process. */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: string | Readable = '',
): Promise<CommandOutcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const exitCode = await runCommand(args, {
    env,
    stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
    stderr: new PassThrough().resume(),
    print: (line) => stdout.push(...line.split('\n')),
    printError: (line) => stderr.push(...line.split('\n')),
  });
  return { exitCode, stdout, stderr: stderr.filter((line) => !progressLine.test(line)) };
}

/** A command in a process of its own. */
export interface StartedCommand {
  readonly process: ChildProcess;
  /** Resolves when it has ended. The exit code is -1 if a signal has ended it. */
  readonly outcome: Promise<CommandOutcome>;
}

/** Starts the command that npm links, as a process of its own. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): StartedCommand {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env }, cwd });
  const ended = async (): Promise<CommandOutcome> => {
    const [[exitCode], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { exitCode: exitCode ?? -1, stdout: linesOf(stdout), stderr: linesOf(stderr) };
  };
  return { process: child, outcome: ended() };
}

function linesOf(output: string): readonly string[] {
  return output.split('\n').filter((line) => line !== '' && !progressLine.test(line));
}
