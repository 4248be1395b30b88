import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workspace } from '../support/withZerobus.ts';

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** Sends a signal, and waits until the process has ended. Returns its exit code, or the signal that ended it. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | string>;
}

/**
 * Starts a service with `--serve`, on a free port, and waits until it listens.
 *
 * @param main the path of the compiled main.js
 * @param workspace passed by the environment, so that no secret is on a command line
 * @param onError called with each line on its stderr
 */
export async function startService(
  main: string,
  { endpoint, workspaceUrl, clientId, clientSecret }: Workspace,
  args: readonly string[],
  onError: (line: string) => void,
): Promise<ServiceProcess> {
  const service = spawn(process.execPath, [main, '--serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ZEROBUS_ENDPOINT: endpoint,
      DATABRICKS_HOST: workspaceUrl,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
    },
  });
  createInterface({ input: service.stderr }).on('line', onError);
  const exited = once(service, 'exit');
  return {
    url: await listening(service),
    stop: async (signal) => {
      service.kill(signal);
      const [code, by] = await exited;
      return code ?? by;
    },
  };
}

async function listening({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      const [, url] = /^listens on (\S+)$/.exec(line) ?? [];
      if (url !== undefined) {
        // Nothing reads further lines, and a full pipe must not block the service.
        stdout.resume();
        return url;
      }
    }
  }
  throw new Error('The service has ended before it listened.');
}
