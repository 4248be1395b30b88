import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../local/build/lib/cli/main.js', import.meta.url));

/** A `zerobus-local` command that may not listen yet. */
export interface StartingServer {
  readonly process: ChildProcess;
  /** Resolves when it listens. Rejects if it ends before. */
  readonly listens: Promise<void>;
}

/** Options of {@link spawnServer}. */
export interface ServerOptions {
  /** Called with each line on stdout until the server listens. */
  readonly onLine?: (line: string) => void;
  /** Called with each line on stderr. Defaults to printing it on the stderr of this process. */
  readonly onError?: (line: string) => void;
  /** Whether Ctrl-C in the terminal of this process leaves the server alone. Defaults to `false`. */
  readonly isDetached?: boolean;
}

/** Starts the `zerobus-local` command as a separate process. */
export function spawnServer(args: readonly string[], options: ServerOptions = {}): StartingServer {
  const { onLine, onError, isDetached = false } = options;
  const server = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', onError === undefined ? 'inherit' : 'pipe'],
    detached: isDetached,
  });
  if (server.stderr !== null && onError !== undefined) {
    createInterface({ input: server.stderr }).on('line', onError);
  }
  return { process: server, listens: listening(server, onLine) };
}

/**
 * Starts the `zerobus-local` command as a separate process and waits until it listens.
 *
 * @param onLine called with each line it prints until then
 */
export async function startServerProcess(
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<ChildProcess> {
  const server = spawnServer(args, onLine === undefined ? {} : { onLine });
  await server.listens;
  return server.process;
}

async function listening({ stdout }: ChildProcess, onLine?: (line: string) => void): Promise<void> {
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      onLine?.(line);
      if (line.startsWith('Press Ctrl-C')) {
        // Nothing reads further lines, and a full pipe must not block the server.
        stdout.resume();
        return;
      }
    }
  }
  throw new Error('zerobus-local ended before it listened');
}

/** Sends a signal to a process and waits until it exits. */
export async function stopProcess(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}
