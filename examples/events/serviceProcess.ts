import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workspace } from '../support/withZerobus.ts';

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** Resolves when the process has ended, with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Sends a signal, and waits until the process has ended, as {@link ended} does. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | string>;
}

/**
 * Starts a service in a process of its own, and waits until it listens.
 *
 * @param service the path of the compiled service.js
 * @param workspace passed by the environment, so that no secret is on a command line
 * @param onError called with each line on its stderr
 */
export async function startService(
  service: string,
  { endpoint, workspaceUrl, clientId, clientSecret }: Workspace,
  args: readonly string[],
  onError: (line: string) => void,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [service, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ZEROBUS_ENDPOINT: endpoint,
      DATABRICKS_HOST: workspaceUrl,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
    },
  });
  createInterface({ input: child.stderr }).on('line', onError);
  const ended = once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? 0);
  return {
    url: await listening(child),
    ended,
    stop: (signal) => {
      child.kill(signal);
      return ended;
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
