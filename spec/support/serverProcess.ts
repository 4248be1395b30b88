import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../local/build/lib/cli/main.js', import.meta.url));

/**
 * The `zerobus-local` command as a process of its own, listening.
 *
 * @param onLine told of each line it prints until then
 */
export async function startServerProcess(
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<ChildProcess> {
  const server = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout });
  for await (const line of lines) {
    onLine(line);
    if (line.startsWith('Ctrl-C')) {
      // Nobody reads on, and a full pipe must not hold the server up.
      server.stdout.resume();
      return server;
    }
  }
  throw new Error('zerobus-local ended before it listened');
}

/** Sends a signal, and waits for the end of the process. */
export async function stopProcess(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}
