import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workspace } from '../support/withZerobus.ts';

/** A program in a process of its own. */
export interface StartedProcess {
  /** Resolves when the process has ended, with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Sends a signal, and waits until the process has ended, as {@link ended} does. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | string>;
}

/** A service in a process of its own. */
export interface ServiceProcess extends StartedProcess {
  readonly url: string;
}

/**
 * Starts a program in a process of its own.
 *
 * @param program the path of its compiled file
 * @param workspace passed by the environment, so that no secret is on a command line
 * @param onLine called with each line that it prints
 */
export function startProcess(
  program: string,
  { endpoint, workspaceUrl, clientId, clientSecret }: Workspace,
  args: readonly string[],
  onLine: (line: string) => void,
): StartedProcess {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ZEROBUS_ENDPOINT: endpoint,
      DATABRICKS_HOST: workspaceUrl,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
    },
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', onLine);
  }
  const ended = once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? 0);
  return {
    ended,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/**
 * Starts a service in a process of its own, and waits until it prints `listens on` and its address.
 *
 * @param onLine called with each other line that it prints
 */
export async function startService(
  program: string,
  workspace: Workspace,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<ServiceProcess> {
  let listens = (_url: string): void => {};
  const listening = new Promise<string>((resolve) => {
    listens = resolve;
  });
  const started = startProcess(program, workspace, args, (line) => {
    const [, url] = /^listens on (\S+)$/.exec(line) ?? [];
    if (url === undefined) {
      onLine(line);
    } else {
      listens(url);
    }
  });
  const endedEarly = started.ended.then((code) => {
    throw new Error(`The service has ended with ${code} before it listened.`);
  });
  const url = await Promise.race([listening, endedEarly]);
  endedEarly.catch(() => {});
  return { url, ...started };
}
