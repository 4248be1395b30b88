import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProcessUser } from './ordinaryUser.ts';

/** The compiled program of the command. */
export const MAIN: string = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

/** The exit code of a process, and its output. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/** A `zerobus-local` process. */
export class CliProcess {
  stdout = '';
  stderr = '';
  /** Resolves when the process has ended and all output is read. */
  readonly ended: Promise<CliResult>;
  readonly #child: ChildProcess;
  #onOutput: () => void = () => undefined;
  #hasEnded = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, user: ProcessUser = {}) {
    const { DATABRICKS_CLIENT_ID: _id, DATABRICKS_CLIENT_SECRET: _secret, ...inherited } = process.env;
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    running.add(this.#child);
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#onOutput();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#onOutput();
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      running.delete(this.#child);
      this.#onOutput();
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.stdout,
        stderr: this.stderr,
      };
    });
  }

  /** Runs a command until it ends. */
  static run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    user: ProcessUser = {},
  ): Promise<CliResult> {
    return new CliProcess(args, env, user).ended;
  }

  /** Kills the processes that a failed spec has left running, and waits until they have ended. */
  static async killAll(): Promise<void> {
    const gone = [...running].map((child) => once(child, 'close'));
    for (const child of running) {
      child.kill('SIGKILL');
    }
    await Promise.all(gone);
  }

  /** Waits until the process has printed `text` to stdout or stderr. Rejects if it ends before. */
  async printed(text: string): Promise<void> {
    while (!this.stdout.includes(text) && !this.stderr.includes(text)) {
      if (this.#hasEnded) {
        throw new Error(`ended without ${JSON.stringify(text)}: ${this.stdout}${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  /** Waits until the server listens. @returns the address of its gRPC service */
  async listening(): Promise<string> {
    await this.printed('Press Ctrl-C to stop');
    return /^ *export ZEROBUS_ENDPOINT=(\S+)$/m.exec(this.stdout)?.[1] ?? '';
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
