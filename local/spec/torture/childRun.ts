import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Failure } from './failureKind.ts';

const HOOK = new URL('failAtCall.js', import.meta.url).href;

/** A process under torture, and its output. */
export class ChildRun {
  static readonly #running = new Set<ChildProcess>();
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #closed: Promise<unknown>;
  #rest = '';
  #onLine: () => void = () => undefined;

  /**
   * Starts a program of this folder.
   *
   * @param failure makes one of its file system calls fail
   */
  constructor(program: string, dataDir: string, args: readonly string[], failure?: Failure) {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const hooked = failure === undefined ? [] : ['--import', HOOK];
    this.#child = spawn(process.execPath, [...hooked, path, dataDir, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TORTURE_FOLDER: dataDir,
        TORTURE_KIND: failure?.kind ?? 'none',
        TORTURE_AT: String(failure?.at ?? 0),
        TORTURE_CODE: failure?.code ?? 'EIO',
        TORTURE_TIMES: String(failure?.times ?? 1),
      },
    });
    ChildRun.#running.add(this.#child);
    this.#closed = once(this.#child, 'close').then(() => {
      ChildRun.#running.delete(this.#child);
      this.#onLine();
    });
    this.#child.stdin?.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#take(text, stream === this.#child.stderr));
    }
  }

  /** Kills every process that is still running, at the end of the whole program. */
  static killAll(): void {
    for (const child of ChildRun.#running) {
      child.kill('SIGKILL');
    }
  }

  /** Resolves when the process has printed a line that starts with the text, or has ended. */
  async waitFor(start: string): Promise<void> {
    while (!this.#lines.some((line) => line.startsWith(start)) && !this.hasEnded) {
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  /** Kills the process without warning. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks the process to end. */
  askToEnd(): void {
    this.#child.stdin?.end();
  }

  /** Resolves when the process has ended and its whole output was read. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Whether it has ended. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Whether it was killed. */
  get wasKilled(): boolean {
    return this.#child.signalCode === 'SIGKILL';
  }

  /** Whether the process died on its own, for example of an uncaught error. */
  get hasCrashed(): boolean {
    return this.hasEnded && !this.wasKilled && this.#child.exitCode !== 0 && this.#child.exitCode !== 3;
  }

  /** The complete lines that it has printed. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The numbers of the rows that it has sent to a table, or of those that were acknowledged. */
  rowNumbers(word: 'sent' | 'acked', table: string): readonly number[] {
    return this.#lines
      .map((line) => line.split(' '))
      .filter((words) => words[0] === word && words[1] === table)
      .flatMap(([, , first, count]) => Array.from({ length: Number(count) }, (_, index) => Number(first) + index));
  }

  #take(text: string, isError: boolean): void {
    const lines = (isError ? text : this.#rest + text).split('\n');
    if (!isError) {
      this.#rest = lines.pop() ?? '';
    }
    this.#lines.push(...(isError ? lines.filter((line) => line !== '').map((line) => `error ${line}`) : lines));
    this.#onLine();
  }
}
