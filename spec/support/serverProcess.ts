import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../local/build/lib/cli/main.js', import.meta.url));

/**
 * Starts the `zerobus-local` command as a separate process and waits until it listens.
 *
 * @param onLine called with each line it prints until then
 */
export async function startServerProcess(
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<ChildProcess> {
  const server = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  for await (const line of lines) {
    onLine(line);
    if (line.startsWith('Press Ctrl-C')) {
      // Nothing reads further lines, and a full pipe must not block the server.
      server.stdout.resume();
      return server;
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
